// Temporal: a date, a time or both as numbers; read from every form that rows and JSON documents
// have for it, and printed as the server prints it.
//
// Nothing is checked against a calendar: zero dates and dates with month or day 0 are values, and
// what the server stored is what comes out. Source: mysql-9.7 sql-common/my_time.cc
// (my_datetime_packed_from_binary and its like, my_TIME_to_str). Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "binlog/column_type.h"

namespace penstock::binlog {

struct Temporal {
    std::uint32_t microsecond = 0;
    std::uint16_t year = 0;
    std::uint16_t hour = 0;  // of TIME up to 838
    std::uint8_t month = 0;
    std::uint8_t day = 0;
    std::uint8_t minute = 0;
    std::uint8_t second = 0;
    bool negative = false;  // of TIME

    friend bool operator==(const Temporal&, const Temporal&) = default;
};

// Seconds since 1970 in UTC; 0 with microsecond 0 is the zero date. Up to 2106: MariaDB 11.5 and
// later use all 32 bits, MySQL 31.
struct Timestamp {
    std::uint32_t seconds = 0;
    std::uint32_t microsecond = 0;
};

// Of a row's value, whose length is that of its type; `digits` are those of the fraction. nullopt:
// a number that no server writes, like a fraction above its digits or a negative DATETIME.
[[nodiscard]] Temporal read_date(base::Bytes value);
[[nodiscard]] std::optional<Temporal> read_time(base::Bytes value, unsigned digits);
[[nodiscard]] std::optional<Temporal> read_datetime(base::Bytes value, unsigned digits);
[[nodiscard]] std::optional<Timestamp> read_timestamp(base::Bytes value, unsigned digits);
// Of columns from before MySQL 5.6 and of MariaDB with mysql56_temporal_format=OFF: decimal digits
// in little-endian integers, no fractions. (MariaDB has columns of that old format with fractions,
// too, but logs them without saying so: their rows can't be read by anybody.)
[[nodiscard]] Temporal read_old_time(base::Bytes value);
[[nodiscard]] std::optional<Temporal> read_old_datetime(base::Bytes value);
[[nodiscard]] Timestamp read_old_timestamp(base::Bytes value);
// Of an opaque value in JSON; `type` is date, time, datetime or timestamp.
[[nodiscard]] std::optional<Temporal> read_packed(ColumnType type, base::Bytes value);

// The moment in UTC; the zero date for the zero timestamp.
[[nodiscard]] Temporal utc(Timestamp timestamp);

// "2020-02-29", "-838:59:59.0000", "2020-02-29 12:13:14.50": with `digits` (0 to 6) of the
// fraction.
void append_date(std::string& out, const Temporal& value);
void append_time(std::string& out, const Temporal& value, unsigned digits);
void append_datetime(std::string& out, const Temporal& value, unsigned digits);

}  // namespace penstock::binlog
