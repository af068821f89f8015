#include "mysql/errors.h"

#include <gtest/gtest.h>

namespace penstock::mysql {
namespace {

TEST(Errors, TheKindSaysWhetherToRetry) {
    EXPECT_EQ(classify(2003, "", "").kind, ErrorKind::transient);
    EXPECT_EQ(classify(2013, "", "").kind, ErrorKind::transient);
    EXPECT_EQ(classify(1213, "", "").kind, ErrorKind::transient);
    EXPECT_EQ(classify(1290, "", "").kind, ErrorKind::transient);
    EXPECT_EQ(classify(1045, "", "").kind, ErrorKind::refused);
    EXPECT_EQ(classify(1227, "", "").kind, ErrorKind::refused);
    EXPECT_EQ(classify(1062, "", "").kind, ErrorKind::definite);
    EXPECT_EQ(classify(1032, "", "").kind, ErrorKind::definite);
}

TEST(Errors, TheTextHasTheServersWordsAndItsNumber) {
    const Error error = classify(1146, "Table 'a.b' doesn't exist", "db:3306: SELECT 1");
    EXPECT_EQ(error.code, error_statement);
    EXPECT_EQ(error.text, "db:3306: SELECT 1: Table 'a.b' doesn't exist (error 1146)");
}

}  // namespace
}  // namespace penstock::mysql
