// TaskSpec: what a task file says, checked and complete, as plain values.
//
// The file is strict TOML: an unknown key, a value without unit or out of range, or a contradiction
// is an error with line and remedy; nothing is ignored. Secrets are read from where the file says
// ({ file }, { env } or { credential }) while loading; no secret is ever part of an Error. A
// relative relay directory is taken from the task file's folder. Pure but for reading the task file
// and its secrets; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apply/mode.h"
#include "gate/policy.h"
#include "mysql/endpoint.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "relay/relay_log.h"

namespace penstock::task {

enum class TaskKind : std::uint8_t { migration, synchronization };
enum class GateRelease : std::uint8_t { manual, automatic };

[[nodiscard]] const char* to_string(TaskKind kind);
[[nodiscard]] const char* to_string(GateRelease release);

// Which parts of a task run. precheck always does.
struct ModuleChoice {
    bool schema = true;
    bool full = true;
    bool incremental = true;
    friend bool operator==(const ModuleChoice&, const ModuleChoice&) = default;
};

// Binlog files in the place of a source server.
struct FilesSpec {
    std::filesystem::path place;  // their directory, or its index file
    GtidSet start_gtids;          // what the destination has at the beginning
    bool follow = false;          // wait for more of them; false: end when all are applied
};

struct SourceSpec {
    std::optional<FilesSpec> files;  // then there is no endpoint, and only the incremental module
    mysql::Endpoint endpoint;
    std::uint32_t server_id = 0;  // what we register as; from the task's name unless given
};

struct RelaySpec {
    std::filesystem::path directory;  // absolute where the task file's path was
    relay::Retention retention;
    relay::Budget budget{.free_bytes_min = 256ULL << 20};
};

struct FullSpec {
    unsigned connections = 4;
    std::uint64_t chunk_rows = 20'000;
};

struct IncrementalSpec {
    apply::Mode mode = apply::Mode::grouped;
    std::uint64_t group_bytes = 1024 * 1024;
    std::uint64_t group_transactions = 500;
    unsigned pipeline_depth = 32;  // units in flight; 1: each is answered before the next is sent
    unsigned decode_workers = 2;   // that expand compressed transactions ahead; 0: none is
};

struct GateSpec {
    GateRelease release = GateRelease::manual;
    gate::FencePolicy fence = gate::FencePolicy::events;
    bool acknowledge_double_run = false;
    gate::ExpiredPolicy expired = gate::ExpiredPolicy::skip;
    std::chrono::milliseconds drain_timeout{60'000};
};

struct TaskSpec {
    std::string name;
    TaskKind kind = TaskKind::migration;
    ModuleChoice modules;
    bool migrate_events = true;  // unless said, false without the schema and the full module
    SourceSpec source;
    mysql::Endpoint destination;
    std::vector<std::string> databases;  // as written, no duplicates, never empty
    RelaySpec relay;
    FullSpec full;
    IncrementalSpec incremental;
    GateSpec gate;
    std::filesystem::path file;         // where it was read from
    std::vector<std::string> warnings;  // for instance TLS disabled on a network connection
};

// Reads and checks a task file and its secrets.
[[nodiscard]] Result<TaskSpec> load_spec(const std::filesystem::path& file);

// The same from text; `file` is used for messages, relative paths and the secrets' folder.
[[nodiscard]] Result<TaskSpec> parse_spec(std::string_view text, const std::filesystem::path& file);

// The server id a task of this name registers with: 2^31 to 2^32-1, so that it stays clear of the
// small numbers that people give to servers.
[[nodiscard]] std::uint32_t derived_server_id(std::string_view task_name);

}  // namespace penstock::task
