// The binlog files of a directory, in their order, and what their first events say. Reads the file
// system; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penstock/gtid_set.h"
#include "penstock/result.h"

namespace penstock::capture {

struct BinlogFilePath {
    std::string name;  // "binlog.000042"
    std::string path;
};

// The files of `place`, a directory or the index file of one, oldest first. In a directory those
// count whose name ends in a dot and a number, and they must be of one series. An index names a
// file per line; one that is not at the place named is looked for beside the index, as after a
// copy. error_files_missing: nothing is there, or not all that the index names.
[[nodiscard]] Result<std::vector<BinlogFilePath>> find_binlog_files(const std::string& place);

// What a file says about those before it: the transactions in them. Nullopt: its first events are
// not all there yet. error_files_unusable: encrypted, of MariaDB, or no binlog file.
[[nodiscard]] Result<std::optional<GtidSet>> read_previous_gtids(const std::string& path);

// The last file whose transactions and those after it are all that is missing from `applied`;
// error_files_missing where the first one begins later, nullopt where none has got its first
// events.
[[nodiscard]] Result<std::optional<BinlogFilePath>> first_file_needed(
    const std::vector<BinlogFilePath>& files, const GtidSet& applied);

// The file after `name`, nullopt if there is none; error_files_missing where numbers are left out.
[[nodiscard]] Result<std::optional<BinlogFilePath>> next_file(
    const std::vector<BinlogFilePath>& files, const std::string& name);

}  // namespace penstock::capture
