#include "relay/relay_log.h"

#include <gtest/gtest.h>

#include "events.h"
#include "folder.h"
#include "relay/errors.h"

namespace penstock::relay {
namespace {

using testing_events::Folder;
using testing_events::format_event;

const std::string segment =
    "\xFE"
    "bin" +
    format_event();

TEST(RelayLogTest, AnEmptyFolderHasNoEnd) {
    const Folder folder;
    const auto log = RelayLog::open(folder.options());
    ASSERT_TRUE(log);
    EXPECT_TRUE((*log)->durable_end().empty());
    EXPECT_TRUE((*log)->segments().empty());
}

TEST(RelayLogTest, TheFolderOfAnotherTaskIsRefusedAndBothAreNamed) {
    const Folder folder;
    ASSERT_TRUE(RelayLog::open(folder.options()));
    RelayOptions other = folder.options();
    other.identity = {"other", "task-uuid-2", "source-uuid-1"};
    const auto log = RelayLog::open(other);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, error_foreign_relay);
    EXPECT_EQ(log.error().kind, ErrorKind::refused);
    for (const char* name : {"demo", "other", "task-uuid-1", "task-uuid-2"}) {
        EXPECT_NE(log.error().text.find(name), std::string::npos) << name;
    }
}

TEST(RelayLogTest, TheFolderOfAnotherSourceIsRefused) {
    const Folder folder;
    ASSERT_TRUE(RelayLog::open(folder.options()));
    RelayOptions other = folder.options();
    other.identity.source_uuid = "source-uuid-2";
    const auto log = RelayLog::open(other);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, error_foreign_relay);
}

TEST(RelayLogTest, ANewerFormatIsRefused) {
    const Folder folder;
    folder.write("relay.meta", "penstock-relay 2\ntask demo\n");
    const auto log = RelayLog::open(folder.options());
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, error_foreign_relay);
}

TEST(RelayLogTest, AFolderWithSomebodysFilesIsRefused) {
    const Folder folder;
    folder.write("binlog.000001", segment);
    const auto log = RelayLog::open(folder.options());
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, error_foreign_relay);
}

TEST(RelayLogTest, ASecondOwnerIsRefusedWhileTheFirstHasTheFolder) {
    const Folder folder;
    const auto first = RelayLog::open(folder.options());
    ASSERT_TRUE(first);
    const auto second = RelayLog::open(folder.options());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, error_relay_locked);
}

TEST(RelayLogTest, SegmentsAreFoundInTheOrderOfTheirNumbers) {
    const Folder folder;
    ASSERT_TRUE(RelayLog::open(folder.options()));
    for (const char* name : {"binlog.1000000", "binlog.999999", "binlog.999998"}) {
        folder.write(name, segment);
    }
    const auto log = RelayLog::open(folder.options());
    ASSERT_TRUE(log);
    EXPECT_EQ((*log)->segments(),
              (std::vector<std::string>{"binlog.999998", "binlog.999999", "binlog.1000000"}));
    EXPECT_EQ((*log)->durable_end(), (Position{"binlog.1000000", segment.size()}));
    EXPECT_EQ((*log)->bytes_after({"binlog.999999", 10}), 2 * segment.size() - 10 - 4);
}

TEST(RelayLogTest, AMissingSegmentIsNoticed) {
    const Folder folder;
    ASSERT_TRUE(RelayLog::open(folder.options()));
    folder.write("binlog.000001", segment);
    folder.write("binlog.000003", segment);
    const auto log = RelayLog::open(folder.options());
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, error_relay_corrupt);
}

}  // namespace
}  // namespace penstock::relay
