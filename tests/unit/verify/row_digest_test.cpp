#include "verify/row_digest.h"

#include <gtest/gtest.h>

namespace penstock::verify {
namespace {

using snapshot::ColumnKind;
using snapshot::ColumnShape;

ColumnShape column(ColumnKind kind, bool unbounded = false) {
    ColumnShape made;
    made.name = "c`d";
    made.kind = kind;
    made.unbounded = unbounded;
    return made;
}

TEST(RowDigest, NumbersStandAsDigits) {
    EXPECT_EQ(column_text_expression(column(ColumnKind::integer)), "IFNULL(`c``d`, 'N')");
    EXPECT_EQ(column_text_expression(column(ColumnKind::real)),
              "IFNULL(CAST(`c``d` AS DOUBLE), 'N')");
    EXPECT_EQ(column_text_expression(column(ColumnKind::enumeration)),
              "IFNULL(CAST(`c``d` AS UNSIGNED), 'N')");
}

TEST(RowDigest, TextHasItsLengthInFrontSoThatNeighboursCannotBlend) {
    EXPECT_EQ(column_text_expression(column(ColumnKind::text)),
              "IFNULL(CONCAT(LENGTH(`c``d`), ':', CAST(`c``d` AS BINARY)), 'N')");
}

TEST(RowDigest, LongValuesAreDigestedByThemselves) {
    EXPECT_EQ(column_text_expression(column(ColumnKind::text, true)),
              "IFNULL(SHA2(`c``d`, 256), 'N')");
}

TEST(RowDigest, TheTypesInAJsonDocumentCountBecauseItsTextDoesNotTellThem) {
    const std::string text = column_text_expression(column(ColumnKind::json, true));
    EXPECT_EQ(text.find("IFNULL(CONCAT(SHA2(`c``d`, 256), SHA2(IF(`c``d` IS NULL, NULL, "), 0U);
    EXPECT_NE(text.find("JSON_TABLE(`c``d`, '$**.*'"), std::string::npos);
    EXPECT_NE(text.find("JSON_TABLE(`c``d`, '$**[*]'"), std::string::npos);
}

TEST(RowDigest, GeneratedColumnsCount) {
    snapshot::TableShape table;
    table.columns = {column(ColumnKind::integer), column(ColumnKind::integer)};
    table.columns[1].generated = true;
    table.columns[1].name = "g";
    EXPECT_EQ(row_digest_expression(table),
              "SHA2(CONCAT(IFNULL(`c``d`, 'N'), '|', IFNULL(`g`, 'N')), 256)");
}

TEST(RowDigest, AMultisetIsSummedBecauseXorDoesNotSeePairs) {
    snapshot::TableShape table;
    table.columns = {column(ColumnKind::integer)};
    EXPECT_EQ(set_digest_expression(table, Aggregate::wide).find("SUM("), std::string::npos);
    EXPECT_NE(multiset_digest_expression(table, Aggregate::wide).find("SUM("), std::string::npos);
    EXPECT_NE(multiset_digest_expression(table, Aggregate::portable).find("SUM("),
              std::string::npos);
}

}  // namespace
}  // namespace penstock::verify
