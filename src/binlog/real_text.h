// FLOAT and DOUBLE as the server prints them: in DOUBLE the fewest digits that give the same number
// again, in FLOAT at most six; with an exponent where that is shorter to read.
//
// Columns declared with decimals, as DOUBLE(10,2), print differently; the log doesn't tell them.
// Source: mysql-9.7 strings/dtoa.cc, my_gcvt. Pure, any thread.
#pragma once

#include <string>

namespace penstock::binlog {

// "0.1", "1e100", "-1.5e-7"; what is no number prints as 0, as on the server.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);

}  // namespace penstock::binlog
