// A directory of binlog files as the source of a Capture, with both back ends: what the relay log
// becomes, and which files end it.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "../relay/events.h"
#include "../relay/folder.h"
#include "binlog/previous_gtids.h"
#include "capture/capture.h"
#include "capture/errors.h"

namespace penstock::capture {
namespace {

using binlog::EventType;
using testing_events::event_at;
using testing_events::Folder;

constexpr std::chrono::seconds patience{120};
constexpr std::size_t uuid_bytes = 16;
const std::string magic(binlog::binlog_magic.begin(), binlog::binlog_magic.end());

GtidSet gtids(const std::string& numbers) {
    return GtidSet::parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:" + numbers).value();
}

// A file of a server that has executed `before`, with the transactions from `first` to `last`.
std::string binlog_file(const GtidSet& before, std::int64_t first, std::int64_t last,
                        std::size_t body_bytes = 500, std::uint32_t begun = 1'700'000'000) {
    std::string file = magic + testing_events::format_event(false, begun);
    file += event_at(file.size(), EventType::previous_gtids, binlog::encode_gtid_set(before));
    for (std::int64_t number = first; number <= last; ++number) {
        const Uuid uuid = gtids("1").entries().front().uuid;
        std::string body;
        base::ByteWriter(body).le(1, 1).text(
            {reinterpret_cast<const char*>(uuid.data()), uuid_bytes});
        base::ByteWriter(body).le(static_cast<std::uint64_t>(number), 8);
        file += event_at(file.size(), EventType::gtid, body);
        file += event_at(file.size(), EventType::rows_query, std::string(body_bytes, 'r'));
        file += event_at(file.size(), EventType::xid, "12345678");
    }
    return file;
}

class FollowFilesTest : public testing::TestWithParam<bool> {
protected:
    void SetUp() override { open_relay(); }
    void open_relay() {
        relay_.reset();
        auto relay = relay::RelayLog::open(relay_folder_.options());
        ASSERT_TRUE(relay) << relay.error().to_string();
        relay_ = std::move(*relay);
    }
    [[nodiscard]] CaptureOptions options(bool follow = false) const {
        CaptureOptions options;
        options.files = FileSource{files_.path(), gtids("1-10"), follow};
        options.use_io_uring = GetParam();
        return options;
    }
    // Runs until all is read; the error that ended it, if one did.
    std::optional<Error> capture() {
        Capture capture(options(), *relay_);
        capture.start();
        capture.join();
        read_ = capture.files_read();
        return capture.error() ? capture.error() : read_.torn;
    }
    void expect_error(ErrorCode code, const std::string& words) {
        const auto error = capture();
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code.number, code.number) << error->to_string();
        EXPECT_NE(error->text.find(words), std::string::npos) << error->to_string();
        EXPECT_EQ(read_.complete, code == error_files_torn);
    }
    void expect_same(const std::string& name) const {
        EXPECT_TRUE(relay_folder_.read(name) == files_.read(name)) << name;
    }

    const Folder files_;
    const Folder relay_folder_;
    std::unique_ptr<relay::RelayLog> relay_;
    FilesRead read_;
};

TEST_P(FollowFilesTest, TheRelayLogBecomesTheFiles) {
    files_.write("b.000008", binlog_file(gtids("1-4"), 5, 10));
    files_.write("b.000009", binlog_file(gtids("1-10"), 11, 30, 200'000));
    files_.write("b.000010", binlog_file(gtids("1-30"), 31, 500));
    ASSERT_FALSE(capture());
    EXPECT_TRUE(read_.complete);
    EXPECT_EQ(read_.executed, gtids("1-500"));
    EXPECT_EQ(relay_->segments(), (std::vector<std::string>{"b.000009", "b.000010"}));
    expect_same("b.000009");
    expect_same("b.000010");
    EXPECT_EQ(relay_->durable_end().offset, files_.read("b.000010").size());
}

TEST_P(FollowFilesTest, WhatIsHeldAlreadyIsNotAppendedAgain) {
    const std::string whole = binlog_file(gtids("1-10"), 11, 60);
    const std::string half = binlog_file(gtids("1-10"), 11, 35);
    files_.write("b.000001", half);
    ASSERT_FALSE(capture());
    EXPECT_EQ(read_.executed, gtids("1-35"));
    files_.write("b.000001", whole);
    files_.write("b.000002", binlog_file(gtids("1-60"), 61, 70));
    open_relay();
    ASSERT_FALSE(capture());
    EXPECT_EQ(read_.executed, gtids("1-70"));
    expect_same("b.000001");
    expect_same("b.000002");
}

TEST_P(FollowFilesTest, AnotherFileInThePlaceOfTheOneHeldIsNoticed) {
    files_.write("b.000001", binlog_file(gtids("1-10"), 11, 60));
    ASSERT_FALSE(capture());
    files_.write("b.000001", binlog_file(gtids("1-10"), 11, 60, 501));
    open_relay();
    expect_error(error_files_foreign, "no event ends there");
    files_.write("b.000001", binlog_file(gtids("1-10"), 11, 40));
    expect_error(error_files_foreign, "but the relay log holds it up to");
    files_.write("b.000001", binlog_file(gtids("1-10"), 11, 70, 500, 1'800'000'000));
    expect_error(error_source_behind, "b.000001");
    std::filesystem::remove(files_.path() + "/b.000001");
    files_.write("b.000002", binlog_file(gtids("1-60"), 61, 70));
    expect_error(error_files_missing, "has no b.000001");
}

TEST_P(FollowFilesTest, FilesThatDoNotJoinAreNamed) {
    files_.write("b.000001", binlog_file(gtids("1-10"), 11, 20));
    files_.write("b.000002", binlog_file(gtids("1-22"), 23, 30));
    expect_error(error_files_foreign, ":21-22 come between");
    files_.write("b.000002", binlog_file(gtids("1-17"), 18, 30));
    expect_error(error_files_foreign, "it does not know of");
    expect_same("b.000001");
    files_.write("b.000003", binlog_file(gtids("1-30"), 31, 40));
    std::filesystem::remove(files_.path() + "/b.000002");
    expect_error(error_files_missing, "files between them are missing");
}

TEST_P(FollowFilesTest, ATornEndIsNamedWhereverItIs) {
    const std::string file = binlog_file(gtids("1-10"), 11, 12, 20);
    const std::string before = binlog_file(gtids("1-10"), 11, 11, 20);
    for (std::size_t size = before.size() + 1; size < file.size(); size += 7) {
        SCOPED_TRACE(size);
        files_.write("b.000001", file.substr(0, size));
        const bool between = capture() == std::nullopt;
        // Made-up transactions don't say how long they are: between two events they look whole.
        if (!between) expect_error(error_files_torn, "ends inside the event that begins at");
    }
    std::string damaged = file;
    damaged[file.size() - 50] ^= 1;
    files_.write("b.000001", damaged);
    expect_error(error_stream_corrupt, "b.000001");
    files_.write("b.000001", file);
    EXPECT_FALSE(capture());
    expect_same("b.000001");
}

TEST_P(FollowFilesTest, AGrowingDirectoryIsFollowedUntilStopped) {
    const std::string first = binlog_file(gtids("1-10"), 11, 60, 30'000);
    const std::string second = binlog_file(gtids("1-60"), 61, 90, 30'000);
    files_.write("b.000001", first.substr(0, 10));
    Capture capture(options(true), *relay_);
    capture.start();
    const auto wait_for = [&](const GtidSet& executed) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!(capture.files_read().at_end && capture.files_read().executed == executed)) {
            ASSERT_FALSE(capture.error()) << capture.error()->to_string();
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    };
    files_.write("b.000001", first.substr(0, first.size() / 2));
    files_.write("b.000001", first);
    wait_for(gtids("1-60"));
    files_.write("b.000002", second);
    wait_for(gtids("1-90"));
    EXPECT_FALSE(capture.files_read().complete);
    capture.request_stop();
    capture.join();
    EXPECT_FALSE(capture.error());
    expect_same("b.000001");
    expect_same("b.000002");
}

INSTANTIATE_TEST_SUITE_P(Backends, FollowFilesTest, testing::Values(true, false),
                         [](const auto& info) {
                             return std::string(info.param ? "chosen" : "poll");
                         });

}  // namespace
}  // namespace penstock::capture
