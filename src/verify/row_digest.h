// Row digests in SQL: 256 bits of a row's content, computed by the server that has the row, the
// same on any server for the same content. Pure, any thread.
//
// A row's text is its columns' texts one after the other, each told apart from its neighbours and
// from NULL: numbers as digits, text and bytes with their length in front, in their own character
// set, long values as digests of their own (a text longer than max_allowed_packet would become
// NULL unseen). SHA2 is used because MySQL 9.7 has neither MD5 nor SHA1 any more.
#pragma once

#include <cstdint>
#include <string>

#include "snapshot/table_shape.h"

namespace penstock::verify {

// The column's text in a row; never NULL.
[[nodiscard]] std::string column_text_expression(const snapshot::ColumnShape& column);
// 64 hexadecimal digits for a row; never NULL.
[[nodiscard]] std::string row_digest_expression(const snapshot::TableShape& table);

// How the digests of many rows become one.
enum class Aggregate : std::uint8_t {
    wide,      // all 256 bits by BIT_XOR of binary strings: MySQL 8.0 and later
    portable,  // 64 bits: MariaDB
};
// Of rows that are all different, as those of a table with a key are.
[[nodiscard]] std::string set_digest_expression(const snapshot::TableShape& table,
                                                Aggregate aggregate);
// Of rows that may be equal, where XOR alone would not see pairs.
[[nodiscard]] std::string multiset_digest_expression(const snapshot::TableShape& table,
                                                     Aggregate aggregate);
// A number below `buckets` by the row's content.
[[nodiscard]] std::string bucket_expression(const snapshot::TableShape& table,
                                            std::uint64_t buckets);

}  // namespace penstock::verify
