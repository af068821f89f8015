// Grants: what an account may do, from the lines of SHOW GRANTS, and the GRANT statements that it
// lacks. Pure, any thread.
//
// The lines are those of the session itself, so that roles that are active count and others don't.
// Partial revokes are honoured. Grants on single tables, columns and routines are left aside: what
// is required here is always required of a whole database or server.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::task {

// One right, or any one of several, on a database or ("") on the whole server.
struct Requirement {
    std::vector<std::string> any_of;  // the first is the one to grant when none is there
    std::string schema;
    friend bool operator==(const Requirement&, const Requirement&) = default;
};

class Grants {
public:
    // Where the server has partial_revokes on, '_' and '%' in a database name are plain characters.
    explicit Grants(bool wildcards = true, bool ignore_case = false)
        : wildcards_(wildcards), ignore_case_(ignore_case) {}

    // A line of SHOW GRANTS; lines about roles, proxies, tables and columns are ignored.
    void add_line(std::string_view line);

    // A right that was proved or disproved by trying, which counts for more than a line.
    void prove(std::string_view right, bool there);

    // `schema` empty: on the whole server.
    [[nodiscard]] bool allows(std::string_view right, std::string_view schema) const;
    [[nodiscard]] bool allows(const Requirement& requirement) const;

    // One GRANT statement per database and one for the server, ready to paste. `account` is as
    // CURRENT_USER() says it: user@host.
    [[nodiscard]] std::vector<std::string> missing(const std::vector<Requirement>& requirements,
                                                   std::string_view account) const;

private:
    struct Scope {
        std::string schema;  // as in the line: a pattern where wildcards_; "*": the server
        std::set<std::string, std::less<>> rights;
        bool revoked = false;
    };
    [[nodiscard]] bool covers(const Scope& scope, std::string_view schema) const;

    bool wildcards_;
    bool ignore_case_;
    std::vector<Scope> scopes_;
    std::set<std::string, std::less<>> proved_;
    std::set<std::string, std::less<>> disproved_;
};

// `user`@`host` of user@host.
[[nodiscard]] std::string quote_account(std::string_view account);

}  // namespace penstock::task
