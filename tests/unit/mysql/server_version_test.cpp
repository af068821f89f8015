#include "mysql/server_version.h"

#include <gtest/gtest.h>

namespace penstock::mysql {
namespace {

TEST(ServerVersion, TheFlavourComesFromTheWordNeverFromTheNumber) {
    EXPECT_EQ(ServerVersion::parse("26.7.0").flavour, Flavour::mysql);
    EXPECT_EQ(ServerVersion::parse("5.5.5-10.11.19-MariaDB-deb12").flavour, Flavour::mariadb);
    EXPECT_EQ(ServerVersion::parse("11.8.2-MariaDB").flavour, Flavour::mariadb);
    EXPECT_EQ(ServerVersion::parse("8.0.45-0ubuntu").flavour, Flavour::mysql);
}

TEST(ServerVersion, NumbersCompareByPart) {
    const auto version = ServerVersion::parse("9.7.4");
    EXPECT_TRUE(version.at_least(8, 4));
    EXPECT_TRUE(version.at_least(9, 7, 4));
    EXPECT_FALSE(version.at_least(26, 7));
    EXPECT_EQ(ServerVersion::parse("5.5.5-10.11.19-MariaDB").major, 10U);
    EXPECT_EQ(ServerVersion::parse("").major, 0U);
}

}  // namespace
}  // namespace penstock::mysql
