#include <gtest/gtest.h>

#include "mysql/connection.h"

namespace penstock::mysql {
namespace {

TEST(Quoting, AnIdentifierDoublesItsBackticks) {
    EXPECT_EQ(quote_identifier("a`b"), "`a``b`");
    EXPECT_EQ(quote_identifier("s", "<img src=x>"), "`s`.`<img src=x>`");
}

TEST(Quoting, ALiteralEscapesEverythingThatCouldEndIt) {
    EXPECT_EQ(Connection::quote(std::string_view("a'b\\c\0d\x1a", 8)), "'a\\'b\\\\c\\0d\\Z'");
}

}  // namespace
}  // namespace penstock::mysql
