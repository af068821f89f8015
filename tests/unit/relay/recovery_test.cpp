#include "relay/recovery.h"

#include <gtest/gtest.h>

#include "events.h"
#include "folder.h"
#include "relay/errors.h"

namespace penstock::relay {
namespace {

using binlog::EventType;
using testing_events::event_at;
using testing_events::Folder;
using testing_events::format_event;

const std::string file = "binlog.000003";
const std::string magic{
    "\xFE"
    "bin"};

class RecoveryTest : public testing::Test {
protected:
    std::uint64_t recover(const std::string& content) {
        folder_.write(file, content);
        const Result<std::uint64_t> end = recover_segment(folder_.path() + "/" + file);
        EXPECT_TRUE(end) << (end ? "" : end.error().to_string());
        return end ? *end : 0;
    }
    Folder folder_;
    const std::string begin_ = magic + format_event();
    const std::string first_ = event_at(begin_.size(), EventType::query, "first event");
    const std::string last_ = event_at(begin_.size() + first_.size(), EventType::xid, "12345678");
};

TEST_F(RecoveryTest, ASoundSegmentIsLeftAsItIs) {
    const std::string whole = begin_ + first_ + last_;
    EXPECT_EQ(recover(whole), whole.size());
    EXPECT_EQ(folder_.read(file), whole);
}

TEST_F(RecoveryTest, ATornLastEventIsCutOffWhereverItIsTorn) {
    const std::string sound = begin_ + first_;
    for (std::size_t kept = 0; kept < last_.size(); ++kept) {
        EXPECT_EQ(recover(sound + last_.substr(0, kept)), sound.size()) << kept;
        EXPECT_EQ(folder_.read(file), sound) << kept;
    }
}

TEST_F(RecoveryTest, ATornFormatDescriptionLeavesTheMagicAlone) {
    for (std::size_t kept = 0; kept < begin_.size(); ++kept) {
        EXPECT_EQ(recover(begin_.substr(0, kept)), magic.size()) << kept;
        EXPECT_EQ(folder_.read(file), magic) << kept;
    }
}

TEST_F(RecoveryTest, AnEventWithOneWrongByteIsCutOffWhicheverByteItIs) {
    const std::string sound = begin_ + first_;
    for (std::size_t at = 0; at < last_.size(); ++at) {
        std::string damaged = last_;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        EXPECT_EQ(recover(sound + damaged), sound.size()) << at;
    }
}

// Since 11.4 MariaDB's transactions don't say of each event where it ends.
TEST_F(RecoveryTest, EventsWithoutAPositionAreKeptInSegmentsOfMariadbOnly) {
    const std::string map = testing_events::event_without_position(EventType::table_map, "map");
    const std::string torn = testing_events::event_without_position(EventType::write_rows_v1, "r");
    const std::string mariadb = magic + testing_events::mariadb_format_event();
    EXPECT_EQ(recover(mariadb + map), mariadb.size() + map.size());
    EXPECT_EQ(folder_.read(file), mariadb + map);
    for (std::size_t kept = 0; kept < torn.size(); ++kept) {
        EXPECT_EQ(recover(mariadb + map + torn.substr(0, kept)), mariadb.size() + map.size());
    }
    EXPECT_EQ(recover(mariadb + testing_events::event_without_position(EventType::xid, "12345678")),
              mariadb.size());
    EXPECT_EQ(recover(begin_ + map), begin_.size());
}

TEST_F(RecoveryTest, BlocksThatNeverReachedTheDiskAreCutOff) {
    EXPECT_EQ(recover(begin_ + first_ + std::string(8192, '\0')), (begin_ + first_).size());
}

TEST_F(RecoveryTest, AFileThatIsNoBinlogIsLeftAlone) {
    const std::string content = "somebody's notes, precious";
    folder_.write(file, content);
    const Result<std::uint64_t> end = recover_segment(folder_.path() + "/" + file);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, error_relay_corrupt);
    EXPECT_EQ(folder_.read(file), content);
}

}  // namespace
}  // namespace penstock::relay
