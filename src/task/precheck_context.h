// What the groups of precheck share: the servers as they are, and where findings go. Internal to
// precheck; one thread. A group answers nothing: whatever it finds, a failed query included, is an
// item.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "mysql/connection.h"
#include "task/grants.h"
#include "task/precheck.h"
#include "task/store.h"

namespace penstock::task {

class Findings {
public:
    Findings(PrecheckReport& report, const PrecheckListener& listener)
        : report_(report), listener_(listener) {}

    void pass(std::string code, std::string finding);
    void warn(std::string code, std::string finding, std::string remedy);
    void fail(std::string code, ErrorCode error, std::string finding, std::string remedy);
    // A warning or a failure of something that a query could not find out.
    void add_error(std::string code, const Error& error, Severity severity = Severity::failure);

private:
    void add(PrecheckItem item);
    PrecheckReport& report_;
    const PrecheckListener& listener_;
};

struct Server {
    std::string side;  // "source" or "destination": the beginning of its items' codes
    mysql::Connection connection;
    std::map<std::string, std::string, std::less<>> variables;  // global
    std::string account;                                        // CURRENT_USER()
    Grants grants;

    // "" for a variable that the server does not have.
    [[nodiscard]] std::string variable(std::string_view name) const;
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    [[nodiscard]] bool on(std::string_view name) const;  // ON or 1
    [[nodiscard]] std::string code(std::string_view what) const {
        return side + "." + std::string(what);
    }
    // The rows, or nullopt after an item has been added.
    [[nodiscard]] std::optional<mysql::ResultSet> query(Findings& findings, std::string_view what,
                                                        std::string_view sql,
                                                        Severity on_error = Severity::failure);
};

struct PrecheckContext {
    const TaskSpec& spec;
    Findings& findings;
    Server* source_server;  // null where files are the source
    Server& destination;
    bool resuming = false;
    // False once rights were found missing: what can't be seen is not taken for absent.
    bool source_visible = true;
    bool destination_visible = true;

    [[nodiscard]] Server& source() const {
        PENSTOCK_ASSERT(source_server != nullptr);
        return *source_server;
    }
    // What the task remembers its source by (TaskIdentity).
    [[nodiscard]] std::string source_uuid() const {
        return source_server == nullptr ? uuid_of_files : source().variable("server_uuid");
    }
    // "'shop', 'crm'": the selected databases as a list for IN.
    [[nodiscard]] std::string database_list() const;
};

// "a, b, c and 7 more": at most a dozen names of a long list.
[[nodiscard]] std::string name_some(const std::vector<std::string>& names);

// "schema.table" of the selected tables that have neither a primary key nor a unique key of whole
// NOT NULL columns.
[[nodiscard]] Result<std::vector<std::string>> read_keyless_tables(PrecheckContext& context);

// The groups, in the order they run. The first opens the connections; the others need both, but for
// check_task and those in the names of which the destination is, which do without a source.
[[nodiscard]] std::optional<Server> check_connection(const mysql::Endpoint& endpoint,
                                                     std::string_view side, Findings& findings);
void check_servers(PrecheckContext& context);  // same server, ids, clocks, names, versions
void check_task(PrecheckContext& context);     // another task of this name; sets resuming
void check_rights(PrecheckContext& context);   // both accounts, missing GRANT lines
void check_destination_rights(PrecheckContext& context);
void check_binlog(PrecheckContext& context);  // settings the stream needs
void check_destination_gtids(PrecheckContext& context);
void check_source_objects(PrecheckContext& context);  // databases, engines, keys, XA, collations
void check_destination(PrecheckContext& context);     // empty, writable, packet, relay disk
void check_definers(PrecheckContext& context);  // of all objects: do they exist, may we name them
void check_scheduled_events(PrecheckContext& context);
void check_files(PrecheckContext& context);  // where they are the source

}  // namespace penstock::task
