// Damaged bytes give errors that say where, never a crash: run under address and
// undefined-behaviour sanitizers this says that nothing is read outside of what was given.

#include <gtest/gtest.h>

#include <random>

#include "binlog/event_reader.h"
#include "binlog/transaction_grammar.h"
#include "checksums.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261122;
constexpr std::size_t file_bytes_max = 16 * 1024;

std::vector<std::string> recorded_files() {
    std::vector<std::string> files;
    for (const char* name :
         {"mysql-9.7.binlog", "mysql-9.7-previous-gtids.binlog", "mariadb-10.11.binlog",
          "mariadb-10.11-columns.binlog", "mariadb-11.8.binlog"}) {
        files.push_back(recorded_file(name));
    }
    return files;
}

std::vector<std::string> small_files(const std::filesystem::path& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || entry.path().extension() == ".tsv") continue;
        if (entry.file_size() <= file_bytes_max) files.push_back(read_file(entry.path()));
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Every error must say where it is, and of which event.
void expect_located(const Error& error) {
    EXPECT_NE(error.text.find("offset "), std::string::npos) << error.text;
}

// Walks as far as it goes; what comes of it doesn't matter, but that it says where it stops.
void walk(const std::string& bytes) {
    EventReader reader(base::as_bytes(bytes));
    Walker walker;
    TransactionGrammar mysql({.gtid_required = false, .carried_only = false});
    TransactionGrammar mariadb({.flavour = Flavour::mariadb, .carried_only = false});
    while (true) {
        const auto event = reader.next();
        if (!event && reader.offset() > 0) expect_located(event.error());
        if (!event || !*event) return;
        for (TransactionGrammar* grammar : {&mysql, &mariadb}) {
            const auto step = grammar->feed(**event);
            if (step) continue;
            expect_located(step.error());
            grammar->reset();
        }
        const auto walked = walker.walk(**event);
        if (!walked) {
            expect_located(walked.error());
            EXPECT_NE(walked.error().text.find(" event "), std::string::npos)
                << walked.error().text;
        }
    }
}

void damage_and_walk(const std::vector<std::string>& files, int rounds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < rounds; ++round) {
        std::string bytes = files[random() % files.size()];
        const std::size_t changes = 1 + random() % 8;
        for (std::size_t i = 0; i < changes && bytes.size() > 23; ++i) {
            bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(random());
        }
        if (random() % 8 == 0) bytes.resize(random() % (bytes.size() + 1));
        if (random() % 4 != 0) {
            repair_checksums({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
        }
        bytes.shrink_to_fit();
        walk(bytes);
    }
}

TEST(HostileBytes, never_crash_a_reader) {
    const auto folder = binlog_folder();
    if (!folder) GTEST_SKIP() << "no folder of real binlog files";
    const std::vector<std::string> files = small_files(*folder);
    ASSERT_FALSE(files.empty());
    damage_and_walk(files, 6000);
}

TEST(HostileBytes, of_recorded_files_never_crash_a_reader) {
    damage_and_walk(recorded_files(), 4000);
}

// One event at a time, whole and with its checksum repaired, so that much damage reaches one
// parser.
TEST(HostileBytes, in_single_events_never_crash_their_parsers) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (const std::string& file : recorded_files()) {
        EventReader reader(base::as_bytes(file));
        Walker walker;
        while (const auto event = reader.next().value()) {
            ASSERT_TRUE(walker.walk(*event));
            for (int round = 0; round < 200; ++round) {
                std::string bytes(base::as_text(event->whole));
                bytes.resize(bytes.size() - checksum_bytes);
                const std::size_t body = bytes.size() - event_header_bytes;
                for (std::size_t i = 0; body > 0 && i < 1 + random() % 4; ++i) {
                    bytes[event_header_bytes + random() % body] = static_cast<char>(random());
                }
                if (random() % 4 == 0) bytes.resize(event_header_bytes + random() % (body + 1));
                bytes.shrink_to_fit();
                EventView view = *event;
                view.whole = base::as_bytes(bytes);
                view.body = view.whole.subspan(event_header_bytes);
                Walker damaged = walker;
                const auto walked = damaged.walk(view);
                if (!walked) expect_located(walked.error());
                static_cast<void>(grammar_event(view));
            }
        }
    }
}

TEST(HostileBytes, that_are_pure_noise_never_crash_a_parser) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 40000; ++round) {
        std::string body(random() % 120, '\0');
        for (char& c : body) c = static_cast<char>(random() % 3 == 0 ? random() : random() % 6);
        const bool mariadb = random() % 2 == 0;
        const EventType type{
            static_cast<std::uint8_t>(mariadb ? 160 + random() % 14 : random() % 44)};
        const std::string event = event_bytes(type, body);
        Walker walker(mariadb ? Flavour::mariadb : Flavour::mysql);
        const auto walked = walker.walk(view_of(event));
        if (!walked) expect_located(walked.error());
        static_cast<void>(grammar_event(view_of(event)));
    }
}

}  // namespace
}  // namespace penstock::binlog::test
