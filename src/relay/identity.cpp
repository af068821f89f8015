#include "relay/identity.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <string_view>

#include "base/text.h"
#include "relay/errors.h"
#include "relay/file.h"

namespace penstock::relay {
namespace {

constexpr std::string_view format_line = "penstock-relay 1";
constexpr std::size_t meta_bytes_max = 4096;

std::string encode(const Identity& identity) {
    return fmt::format("{}\ntask {}\ntask_uuid {}\nsource_uuid {}\n", format_line,
                       identity.task_name, identity.task_uuid, identity.source_uuid);
}

std::string describe(const Identity& identity) {
    return fmt::format("task \"{}\" ({}) from source {}", identity.task_name,
                       identity.task_uuid.empty() ? "new" : identity.task_uuid,
                       identity.source_uuid);
}

// Unknown keys are passed over: the format line says whether we understand the file.
Identity decode(std::string_view text) {
    Identity identity;
    for (const std::string_view line : base::split(text, '\n')) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) continue;
        const std::string_view key = line.substr(0, space);
        const std::string value{line.substr(space + 1)};
        if (key == "task") identity.task_name = value;
        if (key == "task_uuid") identity.task_uuid = value;
        if (key == "source_uuid") identity.source_uuid = value;
    }
    return identity;
}

// A folder with anything in it is not taken as ours: it may hold somebody's binlogs.
Result<void> check_unused(const std::string& directory) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("relay.")) continue;
        return fail(ErrorKind::refused, error_foreign_relay,
                    fmt::format("relay folder {} has no {} but holds other files, such as {}",
                                directory, identity_file_name, name),
                    "Name an empty or a new folder.");
    }
    return {};
}

Result<void> write_identity(const std::string& directory, const std::string& path,
                            const Identity& identity) {
    const std::string temporary = path + ".new";
    {
        PENSTOCK_ASSIGN(const File file, File::open(temporary, O_WRONLY | O_CREAT | O_TRUNC));
        PENSTOCK_TRY(file.write_at(0, encode(identity)));
        PENSTOCK_TRY(file.sync());
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        return fail(ErrorKind::definite, error_relay_io, "can't rename " + temporary);
    }
    return sync_directory(directory);
}

}  // namespace

Result<void> check_directory(const std::string& directory, const Identity& identity) {
    const std::string path = directory + "/" + identity_file_name;
    if (!std::filesystem::exists(path)) return check_unused(directory);
    PENSTOCK_ASSIGN(const File file, File::open(path, O_RDONLY));
    std::string text(meta_bytes_max, '\0');
    PENSTOCK_ASSIGN(const std::size_t size,
                    file.read_at(0, {reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
    text.resize(size);
    if (!text.starts_with(std::string(format_line) + "\n")) {
        return fail(ErrorKind::refused, error_foreign_relay,
                    fmt::format("{} is not of this version's format", path),
                    "Use the penstock version that made it, or remove the relay folder.");
    }
    const Identity found = decode(text);
    if (found == identity) return {};
    return fail(ErrorKind::refused, error_foreign_relay,
                fmt::format("relay folder {} holds the relay log of {}, and this is {}", directory,
                            describe(found), describe(identity)),
                "Give this task a relay folder of its own, or remove the folder if it is no longer "
                "needed.");
}

Result<void> claim_directory(const std::string& directory, const Identity& identity) {
    PENSTOCK_TRY(check_directory(directory, identity));
    const std::string path = directory + "/" + identity_file_name;
    if (std::filesystem::exists(path)) return {};
    return write_identity(directory, path, identity);
}

}  // namespace penstock::relay
