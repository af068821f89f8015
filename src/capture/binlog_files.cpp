#include "capture/binlog_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/text.h"
#include "binlog/event_view.h"
#include "binlog/format_description.h"
#include "binlog/previous_gtids.h"
#include "capture/errors.h"
#include "relay/position.h"
#include "relay/segment_window.h"

namespace penstock::capture {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view encrypted_magic =
    "\xFD"
    "bin";

tl::unexpected<Error> missing(std::string text, std::string remedy) {
    return fail(ErrorKind::definite, error_files_missing, std::move(text), std::move(remedy));
}

tl::unexpected<Error> unusable(std::string text, std::string remedy) {
    return fail(ErrorKind::refused, error_files_unusable, std::move(text), std::move(remedy));
}

Result<std::vector<BinlogFilePath>> list_directory(const std::string& directory) {
    std::vector<BinlogFilePath> files;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(directory, failure)) {
        const std::string name = entry.path().filename().string();
        std::error_code ignored;
        if (relay::file_number(name) && entry.is_regular_file(ignored)) {
            files.push_back({name, entry.path().string()});
        }
    }
    if (!failure) return files;
    return missing(fmt::format("can't list {}: {}", directory, failure.message()),
                   "Check source.files and the rights of the directory.");
}

Result<std::vector<BinlogFilePath>> read_index(const fs::path& index) {
    std::ifstream stream(index);
    if (!stream) {
        return missing(fmt::format("can't read {}", index.string()),
                       "source.files names a directory of binlog files, or their index file.");
    }
    std::vector<BinlogFilePath> files;
    for (std::string line; std::getline(stream, line);) {
        const std::string_view text = base::trim(line);
        if (text.empty()) continue;
        const fs::path named = index.parent_path() / fs::path(text);  // an absolute path stays one
        const std::string name = named.filename().string();
        if (!relay::file_number(name)) {
            return missing(fmt::format("{} has the line \"{}\", which names no binlog file",
                                       index.string(), text),
                           "source.files names a directory of binlog files, or their index file.");
        }
        std::error_code ignored;
        const fs::path beside = index.parent_path() / name;
        const fs::path& found = fs::exists(named, ignored) ? named : beside;
        if (!fs::exists(found, ignored)) {
            return missing(fmt::format("{} names {}, which is neither there nor beside it",
                                       index.string(), named.string()),
                           "Put the file there, or name the directory if it may be left out.");
        }
        files.push_back({name, found.string()});
    }
    return files;
}

}  // namespace

Result<std::vector<BinlogFilePath>> find_binlog_files(const std::string& place) {
    std::error_code ignored;
    const bool directory = fs::is_directory(place, ignored);
    PENSTOCK_ASSIGN(std::vector<BinlogFilePath> files,
                    directory ? list_directory(place) : read_index(place));
    if (files.empty()) {
        return missing(fmt::format("{} has no binlog files", place),
                       "Their names end in a dot and a number, such as binlog.000001.");
    }
    std::ranges::sort(files, [](const BinlogFilePath& a, const BinlogFilePath& b) {
        return relay::Position{a.name, 0} < relay::Position{b.name, 0};
    });
    for (const BinlogFilePath& file : files) {
        if (relay::file_base(file.name) == relay::file_base(files.front().name)) continue;
        return missing(fmt::format("{} has files of two series, {} and {}", place,
                                   files.front().name, file.name),
                       "Name the index file of one, or a directory with one only.");
    }
    return files;
}

Result<std::optional<GtidSet>> read_previous_gtids(const std::string& path) {
    PENSTOCK_ASSIGN(relay::SegmentWindow file, relay::SegmentWindow::open(path));
    PENSTOCK_ASSIGN(const std::uint64_t size, file.file_size());
    if (size < relay::first_event_offset) return std::nullopt;
    PENSTOCK_ASSIGN(const base::Bytes magic, file.view(0, relay::first_event_offset, size));
    if (base::as_text(magic) == encrypted_magic) {
        return unusable(path + " is encrypted (binlog_encryption was ON)",
                        "Take the files from the server by mysqlbinlog --read-from-remote-server "
                        "--raw, which sends them decrypted.");
    }
    if (!std::ranges::equal(magic, binlog::binlog_magic)) {
        return unusable(path + " is not a binlog file", "Remove it from the directory.");
    }
    std::uint64_t offset = relay::first_event_offset;
    auto checksum = binlog::ChecksumAlgorithm::none;
    constexpr int first_events = 4;  // PREVIOUS_GTIDS is the second
    for (int i = 0; i < first_events && offset < size; ++i) {
        const auto event = file.event(offset, size, binlog::Flavour::mysql);
        if (!event && event.error().kind == ErrorKind::corrupt) return std::nullopt;
        if (!event) return tl::unexpected<Error>(event.error());
        if (offset == relay::first_event_offset) {
            PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(*event));
            if (format.is_mariadb) {
                return unusable(fmt::format("{} is of MariaDB ({})", path, format.server_version),
                                "Files of MySQL 8.0 and newer can be applied.");
            }
            checksum = format.checksum;
        }
        PENSTOCK_ASSIGN(const binlog::EventView view, binlog::view_event(*event, checksum, offset));
        if (view.header.type == binlog::EventType::previous_gtids) {
            PENSTOCK_ASSIGN(GtidSet set, binlog::parse_previous_gtids(view));
            return set;
        }
        offset += event->size();
    }
    if (offset >= size) return std::nullopt;
    return unusable(path + " has no PREVIOUS_GTIDS event at its beginning",
                    "Files of servers with gtid_mode=ON can be applied.");
}

Result<std::optional<BinlogFilePath>> first_file_needed(const std::vector<BinlogFilePath>& files,
                                                        const GtidSet& applied) {
    std::optional<GtidSet> oldest;
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        PENSTOCK_ASSIGN(const std::optional<GtidSet> before, read_previous_gtids(file->path));
        if (before && applied.contains(*before)) return *file;
        if (before) oldest = before;
    }
    if (!oldest) return std::nullopt;
    GtidSet lacking = *oldest;
    lacking.subtract(applied);
    return missing(fmt::format("{} begins after {}, which the destination doesn't have by "
                               "source.start_gtids",
                               files.front().path, lacking.to_string()),
                   "Add the files before it, or correct source.start_gtids.");
}

Result<std::optional<BinlogFilePath>> next_file(const std::vector<BinlogFilePath>& files,
                                                const std::string& name) {
    for (const BinlogFilePath& file : files) {
        if (!(relay::Position{name, 0} < relay::Position{file.name, 0})) continue;
        if (*relay::file_number(file.name) == *relay::file_number(name) + 1) return file;
        return missing(
            fmt::format("after {} comes {}: files between them are missing", name, file.path),
            "Put the missing files there.");
    }
    return std::nullopt;
}

}  // namespace penstock::capture
