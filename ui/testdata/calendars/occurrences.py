"""Lists the occurrences of a calendar as a second, independent reader has them.

usage: occurrences.py FILE FROM TO, days as 2026-12-01; TO is not included.
One line for each: UID, begin and end in UTC or as days, title, separated by tabs.
"""
import datetime
import sys

import icalendar
import recurring_ical_events


def moment(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M")
    return value.strftime("%Y-%m-%d")


def main(path, begin, end):
    with open(path, "rb") as file:
        calendar = icalendar.Calendar.from_ical(file.read())
    days = [datetime.date.fromisoformat(day) for day in (begin, end)]
    for event in recurring_ical_events.of(calendar).between(*days):
        start = event["DTSTART"].dt
        stop = event["DTEND"].dt if "DTEND" in event else start
        print(event["UID"], moment(start), moment(stop), event["SUMMARY"], sep="\t")


main(*sys.argv[1:])
