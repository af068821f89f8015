#include "task/spec.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <utility>

#include "apply/limits.h"
#include "base/text.h"
#include "mysql/limits.h"
#include "snapshot/limits.h"
#include "task/errors.h"
#include "task/secret_source.h"
#include "task/toml_table.h"

namespace penstock::task {
namespace {

using gate::ExpiredPolicy;
using gate::FencePolicy;

constexpr std::streamsize task_file_bytes_max = 1024 * 1024;
constexpr std::uint64_t group_bytes_min = 4 * 1024;
constexpr std::uint64_t group_bytes_max = 64 * 1024 * 1024;
// Defaults of mode merged: the more changes of a row meet in a group, the fewer are written.
constexpr std::uint64_t merged_group_bytes = 4 * 1024 * 1024;
constexpr std::uint64_t merged_group_transactions = 5000;
constexpr std::uint64_t group_transactions_max = 100'000;
constexpr std::chrono::hours drain_timeout_max{24};
constexpr std::size_t identifier_chars_max = 64;
constexpr std::uint64_t relay_budget_min = 64 * 1024;
constexpr std::uint64_t relay_bytes_max = std::uint64_t{1} << 50;
constexpr std::chrono::hours keep_age_max{24 * 365};

bool is_loopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool is_task_name(std::string_view name) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || base::is_digit(c); };
    return !name.empty() && name.size() <= 64 && plain(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

bool is_system_database(std::string_view name) {
    constexpr std::array<std::string_view, 5> system{"mysql", "sys", "information_schema",
                                                     "performance_schema", "penstock"};
    const std::string lower = base::to_lower(name);
    return std::find(system.begin(), system.end(), lower) != system.end();
}

base::Secret read_password(TomlTable& server, const std::filesystem::path& folder) {
    if (!server.has("password")) {
        static_cast<void>(server.text("password"));
        return {};
    }
    TomlTable table = server.table("password");
    const bool file = table.has("file");
    const bool environment = table.has("env");
    const bool credential = table.has("credential");
    const std::string from_file = table.text("file");
    const std::string from_environment = table.text("env");
    const std::string from_credential = table.text("credential");
    table.finish();
    if (file + environment + credential != 1) {
        server.refuse("password", "needs exactly one source",
                      "write { file = \"/path\" }, { env = \"NAME\" } or "
                      "{ credential = \"name\" }");
    }
    if (server.problems().first()) return {};
    using Kind = SecretSource::Kind;
    const SecretSource source = file          ? SecretSource{Kind::file, from_file}
                                : environment ? SecretSource{Kind::environment, from_environment}
                                              : SecretSource{Kind::credential, from_credential};
    auto secret = read_secret(source, folder);
    if (secret) return std::move(*secret);
    server.problems().add(std::move(secret.error()));
    return {};
}

// The part of [source] and [destination] that is the same; the caller finishes the table.
mysql::Endpoint read_endpoint(TomlTable& table, std::string_view name, TaskSpec& spec) {
    const std::filesystem::path folder = spec.file.parent_path();
    mysql::Endpoint endpoint;
    const bool by_socket = table.has("socket");
    if (by_socket && (table.has("host") || table.has("port"))) {
        table.contradict("socket", fmt::format("[{}] has both socket and host or port", name),
                         "a server is reached by one of them: remove the other");
    }
    if (!by_socket && !table.has("host")) {
        table.require("host", "host = \"...\" or socket = \"...\"");
    }
    endpoint.host = table.text("host");
    endpoint.port = static_cast<std::uint16_t>(table.number("port", 3306, 1, 65535));
    endpoint.socket = table.text("socket");
    endpoint.user = table.required_text("user", "penstock");
    endpoint.tls =
        table.choice("tls", by_socket ? mysql::TlsMode::disabled : mysql::TlsMode::verify_identity,
                     Choices<mysql::TlsMode>{{"verify_identity", mysql::TlsMode::verify_identity},
                                             {"verify_ca", mysql::TlsMode::verify_ca},
                                             {"required", mysql::TlsMode::required},
                                             {"disabled", mysql::TlsMode::disabled}});
    const std::string ca = table.text("tls_ca");
    if (!ca.empty()) endpoint.tls_ca = (folder / ca).string();
    if (endpoint.tls == mysql::TlsMode::disabled && !by_socket && !is_loopback(endpoint.host)) {
        spec.warnings.push_back(
            fmt::format("[{}] tls = \"disabled\": what goes to and from {} can be read and changed "
                        "on the way, the password's proof included",
                        name, endpoint.describe()));
    }
    endpoint.password = read_password(table, folder);
    return endpoint;
}

void read_modules(TomlTable& root, TaskSpec& spec) {
    if (root.has("modules")) {
        spec.modules = {false, false, false};
        const auto names = root.list("modules", "[\"schema\", \"full\", \"incremental\"]");
        for (const std::string& name : names) {
            if (name == "schema") {
                spec.modules.schema = true;
            } else if (name == "full") {
                spec.modules.full = true;
            } else if (name == "incremental") {
                spec.modules.incremental = true;
            } else {
                root.refuse_choice("modules", name, {"schema", "full", "incremental"});
            }
        }
        if (names.empty()) {
            root.refuse("modules", "is empty", "choose of schema, full and incremental");
        }
    } else {
        static_cast<void>(root.list("modules", ""));
    }
    if (spec.kind == TaskKind::synchronization &&
        !(spec.modules.schema && spec.modules.incremental)) {
        root.contradict("modules", "modules: a synchronization always has schema and incremental",
                        "add them, or use kind = \"migration\"");
    }
}

void read_task(TomlTable& root, TaskSpec& spec) {
    spec.name = root.required_text("name", "my-task");
    if (!spec.name.empty() && !is_task_name(spec.name)) {
        root.refuse("name", fmt::format("\"{}\" is not a task name", spec.name),
                    "use 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit");
    }
    if (!root.has("kind")) root.require("kind", "kind = \"migration\" or \"synchronization\"");
    spec.kind = root.choice("kind", TaskKind::migration,
                            Choices<TaskKind>{{"migration", TaskKind::migration},
                                              {"synchronization", TaskKind::synchronization}});
    read_modules(root, spec);
    spec.migrate_events = root.boolean("migrate_events", spec.modules.schema && spec.modules.full);
    if (spec.migrate_events && !spec.modules.schema) {
        root.contradict("migrate_events",
                        "migrate_events: events are part of the schema, which modules leaves out",
                        "add \"schema\" to modules, or set migrate_events = false");
    }
}

void read_select(TomlTable table, TaskSpec& spec) {
    spec.databases = table.list("databases", "[\"shop\", \"crm\"]");
    table.finish();
    if (!table.has("databases")) table.require("databases", "databases = [\"shop\"]");
    if (spec.databases.empty()) {
        table.refuse("databases", "selects nothing", "name at least one database");
    }
    for (const std::string& name : spec.databases) {
        if (is_system_database(name)) {
            table.refuse("databases",
                         fmt::format("\"{}\" belongs to the server or to penstock", name),
                         "name databases of your own");
        }
        // Bytes, not characters: a name of 64 characters may have up to four bytes each.
        if (name.size() > identifier_chars_max * 4 || name.find('\0') != std::string::npos) {
            table.refuse("databases", "has a name that no server accepts",
                         "a database name has at most 64 characters");
        }
    }
}

void read_gate(TomlTable table, TaskSpec& spec) {
    GateSpec& gate = spec.gate;
    gate.release = table.choice("release", gate.release,
                                Choices<GateRelease>{{"manual", GateRelease::manual},
                                                     {"automatic", GateRelease::automatic}});
    gate.fence = table.choice("fence", gate.fence,
                              Choices<FencePolicy>{{"events", FencePolicy::events},
                                                   {"scheduler", FencePolicy::scheduler},
                                                   {"none", FencePolicy::none}});
    gate.acknowledge_double_run = table.boolean("acknowledge_double_run", false);
    gate.expired = table.choice("expired", gate.expired,
                                Choices<ExpiredPolicy>{{"skip", ExpiredPolicy::skip},
                                                       {"disabled", ExpiredPolicy::disabled},
                                                       {"run_once", ExpiredPolicy::run_once}});
    gate.drain_timeout = table.duration("drain_timeout", gate.drain_timeout, drain_timeout_max);
    table.finish();
    if (gate.fence == FencePolicy::none && !gate.acknowledge_double_run) {
        table.contradict("fence",
                         "gate.fence = \"none\" leaves the events running on both servers at once",
                         "use \"events\" or \"scheduler\", or add acknowledge_double_run = true");
    }
}

void read_relay(TomlTable table, TaskSpec& spec) {
    RelaySpec& relay = spec.relay;
    relay.directory = spec.file.parent_path() / table.text("directory", spec.name + ".relay");
    relay::Retention& retention = relay.retention;
    retention.keep_bytes = table.size_bytes("keep_size", retention.keep_bytes, 0, relay_bytes_max);
    retention.keep_age = table.duration("keep_age", retention.keep_age, keep_age_max);
    relay::Budget& budget = relay.budget;
    budget.bytes_max =
        table.size_bytes("max_size", budget.bytes_max, relay_budget_min, relay_bytes_max);
    budget.free_bytes_min = table.size_bytes("min_free", budget.free_bytes_min, 0, relay_bytes_max);
    table.finish();
}

void read_source_server(TomlTable& source, TaskSpec& spec) {
    spec.source.endpoint = read_endpoint(source, "source", spec);
    spec.source.server_id = static_cast<std::uint32_t>(source.number(
        "server_id", derived_server_id(spec.name), 1, std::numeric_limits<std::uint32_t>::max()));
}

void read_files(TomlTable& source, TaskSpec& spec) {
    FilesSpec files;
    for (const char* const key : {"host", "socket", "user"}) {
        if (!source.has(key)) continue;
        source.contradict(key, fmt::format("[source] has both files and {}", key),
                          "binlog files take the place of a server: remove one of them");
        read_source_server(source, spec);  // so that its keys are known
        break;
    }
    files.place = spec.file.parent_path() / source.text("files");
    files.follow = source.boolean("follow", false);
    const std::string start =
        source.required_text("start_gtids", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5000");
    auto set = GtidSet::parse(start == "none" ? "" : start);
    if (set) {
        files.start_gtids = std::move(*set);
    } else {
        source.refuse("start_gtids", "is not a GTID set: " + set.error().text,
                      "write what the destination has, such as \"<uuid>:1-5000\"");
    }
    spec.source.files = std::move(files);
}

// No server means no schema and no rows to copy, and nobody to hand events over from.
void check_choice_with_files(TomlTable& root, TaskSpec& spec) {
    if (spec.kind == TaskKind::synchronization) {
        root.contradict("kind", "kind: a synchronization reads the schema of a source server",
                        "use kind = \"migration\" with [source] files");
    }
    if (!root.has("modules")) spec.modules = {false, false, true};
    if (spec.modules != ModuleChoice{false, false, true}) {
        root.contradict("modules",
                        "modules: binlog files have no schema and no rows to copy, only changes",
                        "write modules = [\"incremental\"], and bring the destination to "
                        "source.start_gtids before, from a backup");
    }
    if (!root.has("migrate_events")) spec.migrate_events = false;
    if (spec.migrate_events) {
        root.contradict("migrate_events", "migrate_events: events are taken over from a server",
                        "set migrate_events = false with [source] files");
    }
}

void read_servers(TomlTable& root, TaskSpec& spec) {
    if (!root.has("source")) root.require("source", "a table [source] with host and user");
    TomlTable source = root.table("source");
    if (source.has("files")) {
        read_files(source, spec);
        check_choice_with_files(root, spec);
    } else {
        read_source_server(source, spec);
    }
    source.finish();
    if (!root.has("destination")) {
        root.require("destination", "a table [destination] with host and user");
    }
    TomlTable destination = root.table("destination");
    spec.destination = read_endpoint(destination, "destination", spec);
    destination.finish();
}

void read_parts(TomlTable& root, TaskSpec& spec) {
    if (!root.has("select")) root.require("select", "a table [select] with databases");
    read_select(root.table("select"), spec);

    read_relay(root.table("relay"), spec);

    TomlTable full = root.table("full");
    spec.full.connections = static_cast<unsigned>(
        full.number("connections", spec.full.connections, 1, snapshot::connections_max));
    spec.full.chunk_rows =
        full.number("chunk_rows", spec.full.chunk_rows, 1, snapshot::chunk_rows_max);
    full.finish();

    TomlTable incremental = root.table("incremental");
    spec.incremental.mode =
        incremental.choice("mode", spec.incremental.mode,
                           Choices<apply::Mode>{{"exact", apply::Mode::exact},
                                                {"grouped", apply::Mode::grouped},
                                                {"merged", apply::Mode::merged}});
    if (spec.incremental.mode == apply::Mode::merged) {
        spec.incremental.group_bytes = merged_group_bytes;
        spec.incremental.group_transactions = merged_group_transactions;
    }
    spec.incremental.group_bytes = incremental.size_bytes(
        "group_bytes", spec.incremental.group_bytes, group_bytes_min, group_bytes_max);
    spec.incremental.group_transactions = incremental.number(
        "group_transactions", spec.incremental.group_transactions, 1, group_transactions_max);
    spec.incremental.pipeline_depth = static_cast<unsigned>(incremental.number(
        "pipeline_depth", spec.incremental.pipeline_depth, 1, mysql::pipeline_depth_max));
    spec.incremental.decode_workers = static_cast<unsigned>(incremental.number(
        "decode_workers", spec.incremental.decode_workers, 0, apply::decode_workers_max));
    incremental.finish();
    read_gate(root.table("gate"), spec);
}

// The parser's words may quote what it stumbled over; near a password they are left out.
bool near_password(std::string_view text, std::size_t line) {
    const auto lines = base::split(text, '\n');
    for (std::size_t i = line > 2 ? line - 2 : 0; i < std::min(line + 1, lines.size()); ++i) {
        if (base::to_lower(lines[i]).find("password") != std::string::npos) return true;
    }
    return false;
}

}  // namespace

Result<TaskSpec> parse_spec(std::string_view text, const std::filesystem::path& file) {
    const toml::parse_result parsed = toml::parse(text, file.string());
    if (!parsed) {
        const toml::source_position at = parsed.error().source().begin;
        const std::string words =
            near_password(text, at.line)
                ? std::string()
                : fmt::format(": {}", base::trim(parsed.error().description()));
        return fail(ErrorKind::refused, error_task_syntax,
                    fmt::format("{} line {} column {}: this is not TOML{}", file.string(), at.line,
                                at.column, words),
                    "texts stand in quotes, tables in [brackets]; see README.md for an example");
    }
    TaskSpec spec;
    spec.file = file;
    Problems problems(file);
    TomlTable root(&parsed.table(), {}, problems);
    read_task(root, spec);
    read_servers(root, spec);
    read_parts(root, spec);
    root.finish();
    if (problems.first()) return tl::unexpected<Error>(*problems.first());
    return spec;
}

Result<TaskSpec> load_spec(const std::filesystem::path& file) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorKind::definite, error_task_file,
                    fmt::format("task file {}: {}", file.string(), why), "check the path");
    };
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return refuse("is a directory");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return refuse(std::strerror(errno));
    std::string text(static_cast<std::size_t>(task_file_bytes_max) + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.gcount() > task_file_bytes_max) return refuse("is too large for a task file");
    return parse_spec(text, std::filesystem::absolute(file, error).lexically_normal());
}

std::uint32_t derived_server_id(std::string_view task_name) {
    std::uint32_t hash = 2166136261u;  // FNV-1a, 32 bits
    for (const char c : task_name) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619u;
    }
    // 2^32-1 is left out: some tools use it for "any".
    return 0x80000000u | (hash % 0x7fffffffu);
}

const char* to_string(TaskKind kind) {
    return kind == TaskKind::migration ? "migration" : "synchronization";
}

const char* to_string(GateRelease release) {
    return release == GateRelease::manual ? "manual" : "automatic";
}

}  // namespace penstock::task
