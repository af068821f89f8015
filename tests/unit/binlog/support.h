// What several binlog tests share: real files, events made by hand, a decoder for base64.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "binlog/decoded_event.h"
#include "binlog/event_view.h"
#include "penstock/result.h"
#include "table_text.h"

namespace penstock::binlog::test {

// The folder of real binlog files, or nullopt if this machine has none: then a test skips.
std::optional<std::filesystem::path> binlog_folder();
std::string read_file(const std::filesystem::path& path);
// The same, expanded if its name ends in .gz.
std::string read_real_file(const std::filesystem::path& path);
// What is in that folder, and whether the tool of either server reads it.
struct RealFile {
    std::string name;
    bool mysqlbinlog_reads = false;
    bool mariadb_binlog_reads = false;
};
std::vector<RealFile> real_files(const std::filesystem::path& folder);
// A file of tests/unit/binlog/data, which its README tells about; never absent.
std::string recorded_file(std::string_view name);

// An event of this type around `body`, without checksum.
std::string event_bytes(EventType type, std::string_view body);
EventView view_of(const std::string& event);

std::string from_base64(std::string_view text);
std::string from_hex(std::string_view text);

// Everything that is decoded of an event, for its errors; the values of row images are printed as
// the maps that came before say.
class Walker {
public:
    explicit Walker(Flavour flavour = Flavour::mysql) : flavour_(flavour) {}

    Result<void> walk(const EventView& event);

    // Also told by each FORMAT_DESCRIPTION that is walked.
    Flavour flavour() const { return flavour_; }

    std::size_t events = 0;
    std::size_t rows = 0;
    std::size_t nested = 0;
    std::size_t expanded = 0;

private:
    Result<void> walk_decoded(const EventView& event);
    Result<void> walk_table_map(const TableMap& map);
    Result<void> walk_rows(const EventView& event, const RowsEvent& rows);
    Result<void> walk_payload(const TransactionPayload& payload);
    Result<void> walk_compressed(const EventView& event);

    Flavour flavour_;
    std::vector<std::pair<std::uint64_t, TableText>> tables_;
};

}  // namespace penstock::binlog::test
