// What was found, told once each.
export class Report {
  found = new Map();
  pages = [];

  add(where, what) {
    const key = `${where}: ${what}`;
    if (!this.found.has(key)) console.error(`FAIL ${key}`);
    this.found.set(key, true);
  }

  page(line) {
    this.pages.push(line);
    console.log(line);
  }

  // end prints the sum and is the exit code.
  end() {
    console.log(`${this.pages.length} pages looked at, ${this.found.size} faults`);
    return this.found.size || !this.pages.length ? 1 : 0;
  }
}
