#include "capture/dump_request.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::capture {
namespace {

TEST(DumpRequestTest, AnOffsetOf32BitsIsAskedForByTheOldCommand) {
    EXPECT_EQ(base::to_hex(binlog_dump(0x01020304, {"b.000001", 0xFFFFFFFF})),
              "12ffffffff000004030201" + base::to_hex("b.000001"));
}

TEST(DumpRequestTest, ALargerOffsetIsAskedForWithAnEmptyGtidSet) {
    EXPECT_EQ(base::to_hex(binlog_dump(0x01020304, {"b.000001", 0x100000004})),
              "1e00000403020108000000" + base::to_hex("b.000001") + "0400000001000000" +
                  "080000000000000000000000");
}

}  // namespace
}  // namespace penstock::capture
