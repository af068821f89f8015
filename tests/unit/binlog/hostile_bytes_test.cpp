// Damaged bytes give errors, never a crash: run under address and undefined-behaviour sanitizers
// this says that nothing is read outside of what was given.

#include <gtest/gtest.h>

#include <random>

#include "binlog/checksum.h"
#include "binlog/event_reader.h"
#include "binlog/transaction_grammar.h"
#include "support.h"

namespace penstock::binlog::test {
namespace {

constexpr std::uint32_t seed = 20261122;
constexpr std::size_t file_bytes_max = 16 * 1024;

std::vector<std::string> small_files(const std::filesystem::path& folder) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file() || entry.path().extension() == ".tsv") continue;
        if (entry.file_size() <= file_bytes_max) files.push_back(read_file(entry.path()));
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Walks as far as it goes; what comes of it doesn't matter.
void walk(const std::string& bytes) {
    EventReader reader(base::as_bytes(bytes));
    Walker walker;
    TransactionGrammar grammar({.gtid_required = false});
    while (true) {
        const auto event = reader.next();
        if (!event || !*event) return;
        if (!grammar.feed(**event)) grammar.reset();
        static_cast<void>(walker.walk(**event));
    }
}

// Makes the checksums right again, so that damage reaches the parsers behind them.
void repair_checksums(std::string& bytes) {
    std::size_t at = binlog_magic.size();
    auto* data = reinterpret_cast<std::uint8_t*>(bytes.data());
    while (at + event_header_bytes <= bytes.size()) {
        const auto header = parse_event_header(base::as_bytes(bytes).subspan(at));
        if (!header || header->event_size > bytes.size() - at) return;
        const std::size_t size = header->event_size;
        if (size >= event_header_bytes + checksum_bytes) {
            data[at + event_flags_offset] &= 0xFE;
            const Bytes summed = base::as_bytes(bytes).subspan(at, size - checksum_bytes);
            base::store_le(data + at + size - checksum_bytes, crc32(summed), checksum_bytes);
        }
        at += size;
    }
}

TEST(HostileBytes, never_crash_a_reader) {
    const auto folder = binlog_folder();
    if (!folder) GTEST_SKIP() << "no folder of real binlog files";
    const std::vector<std::string> files = small_files(*folder);
    ASSERT_FALSE(files.empty());
    SCOPED_TRACE("seed " + std::to_string(seed));
    RecordProperty("seed", std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 6000; ++round) {
        std::string bytes = files[random() % files.size()];
        const std::size_t changes = 1 + random() % 8;
        for (std::size_t i = 0; i < changes && bytes.size() > 23; ++i) {
            bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(random());
        }
        if (random() % 8 == 0) bytes.resize(random() % (bytes.size() + 1));
        if (random() % 4 != 0) repair_checksums(bytes);
        bytes.shrink_to_fit();
        walk(bytes);
    }
}

TEST(HostileBytes, that_are_pure_noise_never_crash_a_parser) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 40000; ++round) {
        std::string body(random() % 120, '\0');
        for (char& c : body) c = static_cast<char>(random() % 3 == 0 ? random() : random() % 6);
        const EventType type{static_cast<std::uint8_t>(random() % 44)};
        const std::string event = event_bytes(type, body);
        Walker walker;
        static_cast<void>(walker.walk(view_of(event)));
        static_cast<void>(grammar_event(view_of(event)));
    }
}

}  // namespace
}  // namespace penstock::binlog::test
