#include "apply/overlap.h"

#include <gtest/gtest.h>

namespace penstock::apply {
namespace {

const char* const uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

TEST(Overlap, ItEndsWhereTheCopyEndedInFilesOrderedByNumber) {
    Overlap overlap;
    EXPECT_FALSE(overlap.contains({"binlog.000001", 4}));
    overlap.end = {"binlog.1000000", 500};
    EXPECT_TRUE(overlap.contains({"binlog.999999", 9999}));
    EXPECT_TRUE(overlap.contains({"binlog.1000000", 499}));
    EXPECT_FALSE(overlap.contains({"binlog.1000000", 500}));
}

TEST(Overlap, ATableWithoutKeyPassesOverWhatItsCopyContains) {
    Overlap overlap;
    overlap.keyless[{"shop", "log"}] = GtidSet::parse(std::string(uuid) + ":1-10").value();
    EXPECT_TRUE(overlap.copied("shop", "log", Gtid::parse(std::string(uuid) + ":10").value()));
    EXPECT_FALSE(overlap.copied("shop", "log", Gtid::parse(std::string(uuid) + ":11").value()));
    EXPECT_FALSE(overlap.copied("shop", "orders", Gtid::parse(std::string(uuid) + ":1").value()));
}

}  // namespace
}  // namespace penstock::apply
