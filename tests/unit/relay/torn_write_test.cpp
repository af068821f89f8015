// What a crash may leave of a segment: recorded files of real servers, cut and damaged at every
// byte of their last events. Every time the relay log must open, end at the last event that is
// whole, and become the recorded file again when the rest is captured anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "folder.h"
#include "relay/reader.h"
#include "relay/relay_log.h"
#include "relay/segment_window.h"
#include "relay/writer.h"
#include "uring/poll_backend.h"

namespace penstock::relay {
namespace {

using testing_events::Folder;

constexpr std::size_t events_torn = 12;
const std::string file = "binlog.000003";

std::uint32_t chosen_seed() {
    const char* given = std::getenv("PENSTOCK_TEST_SEED");
    return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                            : std::random_device{}();
}

class TornWriteTest : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        std::ifstream stream(std::string(PENSTOCK_RECORDED_DATA) + "/" + GetParam(),
                             std::ios::binary);
        recorded_.assign(std::istreambuf_iterator<char>(stream), {});
        ASSERT_FALSE(recorded_.empty());
        ASSERT_TRUE(RelayLog::open(folder_.options()));  // claims the folder
        for (std::size_t at = first_event_offset; at < recorded_.size();) {
            starts_.push_back(at);
            at += base::load_le(base::as_bytes(recorded_).data() + at + 9, 4);  // event_size
        }
        ASSERT_GT(starts_.size(), events_torn);
        torn_from_ = starts_[starts_.size() - events_torn];
        seed_ = chosen_seed();
        random_.seed(seed_);
    }
    [[nodiscard]] std::string trace(const char* doing, std::size_t at) const {
        return std::string(doing) + " at byte " + std::to_string(at) +
               ", PENSTOCK_TEST_SEED=" + std::to_string(seed_);
    }
    // The start of the event that the byte at `at` belongs to.
    [[nodiscard]] std::size_t event_start(std::size_t at) const {
        return *(std::ranges::upper_bound(starts_, at) - 1);
    }
    // Opens what lies in the folder; it must end at `end`, and take the rest of the recorded file.
    void expect_recovered(std::size_t end) {
        auto log = RelayLog::open(folder_.options());
        ASSERT_TRUE(log) << log.error().to_string();
        ASSERT_EQ((*log)->durable_end(), (Position{file, end}));
        ASSERT_TRUE(folder_.read(file) == recorded_.substr(0, end));
        uring::BlockingFileWriter blocking;
        auto writer = Writer::open(**log, blocking);
        ASSERT_TRUE(writer) << writer.error().to_string();
        ASSERT_TRUE((*writer)->append(base::as_bytes(recorded_).subspan(end)));
        ASSERT_TRUE((*writer)->flush());
        ASSERT_TRUE(folder_.read(file) == recorded_);
        Reader reader(**log);
        ASSERT_TRUE(reader.open({file, end}));
        const auto event = reader.try_next();
        ASSERT_TRUE(event) << event.error().to_string();
        ASSERT_TRUE(event->has_value());
        ASSERT_EQ((*event)->start, end);
    }

    // In memory where there is such a file system: thousands of fsyncs take a minute on a disk.
    Folder folder_{std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : "/tmp"};
    std::string recorded_;
    std::vector<std::size_t> starts_;
    std::size_t torn_from_ = 0;
    std::uint32_t seed_ = 0;
    std::mt19937 random_;
};

TEST_P(TornWriteTest, ASegmentCutAtAnyByteEndsAtItsLastWholeEvent) {
    for (std::size_t kept = torn_from_; kept < recorded_.size(); ++kept) {
        SCOPED_TRACE(trace("cut", kept));
        folder_.write(file, recorded_.substr(0, kept));
        expect_recovered(event_start(kept));
        if (HasFatalFailure()) return;
    }
}

TEST_P(TornWriteTest, AnEventWithADamagedByteEndsTheSegmentBeforeIt) {
    for (std::size_t at = torn_from_; at < recorded_.size(); ++at) {
        SCOPED_TRACE(trace("damaged", at));
        std::string damaged = recorded_;
        damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1 + random_() % 255));
        folder_.write(file, damaged);
        expect_recovered(event_start(at));
        if (HasFatalFailure()) return;
    }
}

// File systems write pages in any order: a page in the middle may be missing, read as zeros, while
// later ones are there; and the file may be longer than what reached it.
TEST_P(TornWriteTest, AMissingPieceEndsTheSegmentBeforeItWhateverFollows) {
    for (std::size_t round = 0; round < 300; ++round) {
        const std::size_t begin = torn_from_ + random_() % (recorded_.size() - torn_from_);
        const std::size_t size =
            std::min<std::size_t>(64 + random_() % 512, recorded_.size() - begin);
        std::string torn = recorded_;
        torn.replace(begin, size, size, '\0');
        if (round % 2 == 0) torn.append(random_() % 8192, '\0');
        // Where zeros have replaced zeros, nothing was lost.
        const auto [lost, found] = std::ranges::mismatch(recorded_, torn);
        const auto at = static_cast<std::size_t>(lost - recorded_.begin());
        if (at == recorded_.size()) continue;
        SCOPED_TRACE(trace("zeros", at));
        folder_.write(file, torn);
        expect_recovered(event_start(at));
        if (HasFatalFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Recorded, TornWriteTest,
                         testing::Values("mysql-9.7.binlog", "mariadb-10.11.binlog",
                                         "mariadb-11.8.binlog"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
                             return name;
                         });

}  // namespace
}  // namespace penstock::relay
