// Command clib runs the statements of a benchmark with SQLite's own C library,
// prepared and warm, and says what processor time each case takes. It is a
// module of its own, so that the box never depends on C.
//
// It reads a JSON list of cases from standard input and writes one of answers.
package main

/*
#cgo LDFLAGS: -lm
#include <stdlib.h>
#include <time.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open_v2(const char*, sqlite3**, int, const char*);
int sqlite3_exec(sqlite3*, const char*, void*, void*, char**);
int sqlite3_prepare_v2(sqlite3*, const char*, int, sqlite3_stmt**, const char**);
const char *sqlite3_errmsg(sqlite3*);
const char *sqlite3_libversion(void);
int sqlite3_bind_int64(sqlite3_stmt*, int, long long);
int sqlite3_bind_double(sqlite3_stmt*, int, double);
int sqlite3_bind_text(sqlite3_stmt*, int, const char*, int, void(*)(void*));
int sqlite3_step(sqlite3_stmt*);
int sqlite3_reset(sqlite3_stmt*);
int sqlite3_column_count(sqlite3_stmt*);
int sqlite3_column_type(sqlite3_stmt*, int);
long long sqlite3_column_int64(sqlite3_stmt*, int);
double sqlite3_column_double(sqlite3_stmt*, int);
const unsigned char *sqlite3_column_text(sqlite3_stmt*, int);
const void *sqlite3_column_blob(sqlite3_stmt*, int);
int sqlite3_column_bytes(sqlite3_stmt*, int);

static int bind_text(sqlite3_stmt *s, int i, const char *v, int n) { return sqlite3_bind_text(s, i, v, n, (void(*)(void*))-1); }

// all reads every column of every row and counts rows; -1 is an error.
static long all(sqlite3_stmt *s, long long *sum) {
	long rows = 0;
	int rc, n = sqlite3_column_count(s);
	while ((rc = sqlite3_step(s)) == 100) {
		rows++;
		for (int i = 0; i < n; i++) {
			switch (sqlite3_column_type(s, i)) {
			case 1: *sum += sqlite3_column_int64(s, i); break;
			case 2: *sum += (long long)sqlite3_column_double(s, i); break;
			case 3: *sum += *sqlite3_column_text(s, i) + sqlite3_column_bytes(s, i); break;
			case 4: sqlite3_column_blob(s, i); *sum += sqlite3_column_bytes(s, i); break;
			}
		}
	}
	sqlite3_reset(s);
	return rc == 101 ? rows : -1;
}

static long long cpu(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"unsafe"

	_ "github.com/mattn/go-sqlite3" // its C library alone
)

type step struct {
	SQL  string
	Args [][]any // one list a run
}

type benchCase struct {
	Name  string
	Steps []step
}

type answer struct {
	Name    string
	Version string
	Rows    int64 // of one turn
	Mean    float64
	P50     float64 // microseconds of processor time
	P95     float64
}

func main() {
	runtime.LockOSThread() // the processor time is a thread's
	var cases []benchCase
	dec := json.NewDecoder(os.Stdin)
	dec.UseNumber()
	check(dec.Decode(&cases))
	var db *C.sqlite3
	if C.sqlite3_open_v2(C.CString(os.Args[1]), &db, 1, nil) != 0 {
		check(fmt.Errorf("open %s: %s", os.Args[1], C.GoString(C.sqlite3_errmsg(db))))
	}
	C.sqlite3_exec(db, C.CString("PRAGMA query_only=1; PRAGMA cache_size=-2000"), nil, nil, nil)
	var answers []answer
	for _, c := range cases {
		answers = append(answers, measure(db, c))
	}
	check(json.NewEncoder(os.Stdout).Encode(answers))
}

// measure runs a case until it is warm, then a hundred turns.
func measure(db *C.sqlite3, c benchCase) answer {
	stmts := make([]*C.sqlite3_stmt, len(c.Steps))
	for i, s := range c.Steps {
		if C.sqlite3_prepare_v2(db, C.CString(s.SQL), -1, &stmts[i], nil) != 0 {
			check(fmt.Errorf("%s: %s", s.SQL, C.GoString(C.sqlite3_errmsg(db))))
		}
	}
	a := answer{Name: c.Name, Version: C.GoString(C.sqlite3_libversion())}
	var spent []float64
	const warm, turns = 10, 100
	C.sqlite3_exec(db, C.CString("BEGIN"), nil, nil, nil)
	for turn := range warm + turns {
		begun := C.cpu()
		a.Rows = 0
		for i, s := range c.Steps {
			for _, args := range s.Args {
				bind(stmts[i], args)
				var sum C.longlong
				n := C.all(stmts[i], &sum)
				if n < 0 {
					check(fmt.Errorf("%s: %s", s.SQL, C.GoString(C.sqlite3_errmsg(db))))
				}
				a.Rows += int64(n)
			}
		}
		if turn >= warm {
			spent = append(spent, float64(C.cpu()-begun)/1000)
		}
	}
	C.sqlite3_exec(db, C.CString("COMMIT"), nil, nil, nil)
	for _, v := range spent {
		a.Mean += v / turns
	}
	slices.Sort(spent)
	a.P50, a.P95 = spent[turns/2], spent[turns*95/100]
	return a
}

func bind(stmt *C.sqlite3_stmt, args []any) {
	for i, v := range args {
		n := C.int(i + 1)
		switch v := v.(type) {
		case json.Number:
			if whole, err := v.Int64(); err == nil {
				C.sqlite3_bind_int64(stmt, n, C.longlong(whole))
			} else {
				f, err := v.Float64()
				check(err)
				C.sqlite3_bind_double(stmt, n, C.double(f))
			}
		case string:
			text := C.CString(v)
			C.bind_text(stmt, n, text, C.int(len(v)))
			C.free(unsafe.Pointer(text))
		default:
			check(fmt.Errorf("argument %v", v))
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "clib:", err)
		os.Exit(1)
	}
}
