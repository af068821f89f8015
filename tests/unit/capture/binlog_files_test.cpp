// Files as they lie in a directory, and how events are cut out of them.
#include "capture/binlog_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "../relay/events.h"
#include "../relay/folder.h"
#include "binlog/previous_gtids.h"
#include "capture/errors.h"
#include "capture/event_cutter.h"
#include "capture/file_history.h"

namespace penstock::capture {
namespace {

using binlog::EventType;
using testing_events::event_at;
using testing_events::Folder;

const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
const std::string magic(binlog::binlog_magic.begin(), binlog::binlog_magic.end());

GtidSet gtids(const std::string& text) {
    return GtidSet::parse(text).value();
}

// The beginning of a file of a server that has executed `before`.
std::string beginning(const std::string& before,
                      const std::string& format = testing_events::format_event()) {
    const std::string start = magic + format;
    return start + event_at(start.size(), EventType::previous_gtids,
                            binlog::encode_gtid_set(gtids(before)));
}

std::vector<std::string> names(const std::vector<BinlogFilePath>& files) {
    std::vector<std::string> all;
    for (const BinlogFilePath& file : files) all.push_back(file.name);
    return all;
}

TEST(BinlogFilesTest, FilesOfADirectoryAreOrderedByNumber) {
    const Folder folder;
    for (const char* name : {"b.1000000", "b.999999", "b.000002", "b.index", "relay.meta"}) {
        folder.write(name, "");
    }
    const auto files = find_binlog_files(folder.path());
    ASSERT_TRUE(files) << files.error().to_string();
    EXPECT_EQ(names(*files), (std::vector<std::string>{"b.000002", "b.999999", "b.1000000"}));
    EXPECT_EQ(files->front().path, folder.path() + "/b.000002");
}

TEST(BinlogFilesTest, AnIndexNamesFilesRelativeAbsoluteOrElsewhere) {
    const Folder folder;
    for (const char* name : {"b.000001", "b.000002", "b.000003", "b.000004"}) {
        folder.write(name, "");
    }
    folder.write("b.index", "./b.000001\n" + folder.path() + "/b.000002\n\n/gone/b.000003\r\n");
    const auto files = find_binlog_files(folder.path() + "/b.index");
    ASSERT_TRUE(files) << files.error().to_string();
    EXPECT_EQ(names(*files), (std::vector<std::string>{"b.000001", "b.000002", "b.000003"}));
    for (const BinlogFilePath& file : *files) {
        EXPECT_TRUE(std::filesystem::equivalent(file.path, folder.path() + "/" + file.name));
    }
    folder.write("b.index", "b.000009\n");
    EXPECT_EQ(find_binlog_files(folder.path() + "/b.index").error().code, error_files_missing);
}

TEST(BinlogFilesTest, NothingAndTwoSeriesAreRefused) {
    const Folder folder;
    EXPECT_EQ(find_binlog_files(folder.path()).error().code, error_files_missing);
    EXPECT_EQ(find_binlog_files(folder.path() + "/nowhere").error().code, error_files_missing);
    folder.write("a.000001", "");
    folder.write("b.000001", "");
    EXPECT_EQ(find_binlog_files(folder.path()).error().code, error_files_missing);
}

TEST(BinlogFilesTest, TheBeginningSaysWhatIsBeforeOrThatItCanNotBeApplied) {
    const Folder folder;
    const std::string path = folder.path() + "/b.000001";
    const std::string whole = beginning(uuid + ":1-7");
    folder.write("b.000001", whole);
    EXPECT_EQ(*read_previous_gtids(path).value(), gtids(uuid + ":1-7"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        folder.write("b.000001", whole.substr(0, size));
        const auto before = read_previous_gtids(path);
        ASSERT_TRUE(before) << size << before.error().to_string();
        EXPECT_FALSE(before->has_value()) << size;
    }
    folder.write("b.000001", "\xFD" + whole.substr(1));
    EXPECT_NE(read_previous_gtids(path).error().text.find("encrypted"), std::string::npos);
    folder.write("b.000001", beginning("", testing_events::mariadb_format_event()));
    EXPECT_NE(read_previous_gtids(path).error().text.find("MariaDB"), std::string::npos);
    folder.write("b.000001", "some text that is no binlog");
    EXPECT_EQ(read_previous_gtids(path).error().code, error_files_unusable);
}

TEST(BinlogFilesTest, TheFirstFileNeededIsTheLastThatLeavesNothingOut) {
    const Folder folder;
    folder.write("b.000001", beginning(uuid + ":1-10"));
    folder.write("b.000002", beginning(uuid + ":1-20"));
    folder.write("b.000003", beginning(uuid + ":1-30"));
    const auto files = find_binlog_files(folder.path()).value();
    const auto needed = [&](const std::string& applied) {
        return first_file_needed(files, gtids(applied));
    };
    EXPECT_EQ((*needed(uuid + ":1-10").value()).name, "b.000001");
    EXPECT_EQ((*needed(uuid + ":1-25").value()).name, "b.000002");
    EXPECT_EQ((*needed(uuid + ":1-99").value()).name, "b.000003");
    const auto later = needed(uuid + ":1-9");
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().code, error_files_missing);
    EXPECT_NE(later.error().text.find(uuid + ":10"), std::string::npos) << later.error().text;
}

TEST(BinlogFilesTest, NumbersThatAreLeftOutAreNoticed) {
    const std::vector<BinlogFilePath> files{{"b.000009", ""}, {"b.000010", ""}, {"b.000012", ""}};
    EXPECT_EQ((*next_file(files, "b.000009").value()).name, "b.000010");
    EXPECT_EQ(next_file(files, "b.000010").error().code, error_files_missing);
    EXPECT_FALSE(next_file(files, "b.000012").value().has_value());
}

TEST(EventCutterTest, AFileMayBeReadInAnyPieces) {
    const std::uint32_t seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::vector<std::string> events;
    std::string file;
    for (int i = 0; i < 400; ++i) {
        events.push_back(event_at(file.size(), EventType::rows_query,
                                  std::string(random() % 3000, static_cast<char>('a' + i % 26))));
        file += events.back();
    }
    for (const std::size_t piece_max : {1U, 5U, 18U, 19U, 20U, 500U, 100'000U}) {
        SCOPED_TRACE(piece_max);
        EventCutter cutter;
        std::vector<std::string> cut;
        bool complete = true;
        for (std::size_t at = 0; at < file.size();) {
            const std::size_t size = std::min(1 + random() % piece_max, file.size() - at);
            cutter.feed(base::as_bytes(std::string_view(file).substr(at, size)));
            at += size;
            while (true) {
                const auto part = cutter.next();
                ASSERT_TRUE(part) << part.error().to_string();
                if (!*part) break;
                EXPECT_EQ((*part)->first, complete);
                if (complete) {
                    EXPECT_GE((*part)->bytes.size(), binlog::event_header_bytes);
                    cut.emplace_back();
                }
                cut.back() += base::as_text((*part)->bytes);
                complete = (*part)->last;
            }
        }
        EXPECT_FALSE(cutter.is_inside());
        EXPECT_TRUE(cut == events);
    }
}

TEST(EventCutterTest, AnEventOfImpossibleSizeIsRefused) {
    const std::string zeros(100, '\0');
    EventCutter cutter;
    cutter.feed(base::as_bytes(zeros));
    EXPECT_EQ(cutter.next().error().kind, ErrorKind::corrupt);
}

TEST(FileHistoryTest, TransactionsAreCollectedAlsoOutOfParts) {
    std::string body;
    base::ByteWriter(body).le(1, 1).text(
        std::string_view("\x3e\x11\xfa\x47\x71\xca\x11\xe1"
                         "\x9e\x33\xc8\x0a\xa9\x42\x95\x62"));
    base::ByteWriter(body).le(8, 8);
    const std::string format = testing_events::format_event();
    const std::string event = event_at(500, EventType::gtid, body);
    const base::Bytes bytes = base::as_bytes(event);
    for (std::size_t at = binlog::event_header_bytes; at < event.size(); ++at) {
        FileHistory history(gtids(uuid + ":1-7"));
        ASSERT_TRUE(history.take({base::as_bytes(format)}, 4));
        ASSERT_TRUE(history.take({bytes.first(at), true, false}, 500));
        const auto taken = history.take({bytes.subspan(at), false, true}, 500);
        ASSERT_TRUE(taken) << taken.error().to_string();
        EXPECT_EQ(history.executed(), gtids(uuid + ":1-8"));
    }
    FileHistory history(gtids(""));
    ASSERT_TRUE(history.take({base::as_bytes(format)}, 4));
    body.resize(body.size() - 8);
    base::ByteWriter(body).le(0, 8);
    const std::string anonymous = event_at(500, EventType::anonymous_gtid, body);
    EXPECT_EQ(history.take({base::as_bytes(anonymous)}, 500).error().code, error_files_unusable);
}

}  // namespace
}  // namespace penstock::capture
