#include "task/grants.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "mysql/connection.h"

namespace penstock::task {
namespace {

// What ALL PRIVILEGES on a database stands for (MySQL 9.4 manual, "Privileges Provided by MySQL").
constexpr std::array<std::string_view, 18> all_of_schema{
    "SELECT",      "INSERT",         "UPDATE",       "DELETE", "CREATE",
    "DROP",        "REFERENCES",     "INDEX",        "ALTER",  "CREATE TEMPORARY TABLES",
    "LOCK TABLES", "EXECUTE",        "CREATE VIEW",  "EVENT",  "SHOW VIEW",
    "TRIGGER",     "CREATE ROUTINE", "ALTER ROUTINE"};

// "`a``b`" at the beginning of `text`: takes it off and answers a`b; a bare word otherwise.
std::string take_identifier(std::string_view& text) {
    std::string name;
    if (text.empty() || text.front() != '`') {
        const std::size_t end = std::min(text.find_first_of(". "), text.size());
        name = text.substr(0, end);
        text.remove_prefix(end);
        return name;
    }
    std::size_t at = 1;
    while (at < text.size()) {
        if (text[at] != '`') {
            name += text[at++];
        } else if (at + 1 < text.size() && text[at + 1] == '`') {
            name += '`';
            at += 2;
        } else {
            ++at;
            break;
        }
    }
    text.remove_prefix(at);
    return name;
}

bool same(char a, char b, bool ignore_case) {
    return ignore_case ? base::to_lower(a) == base::to_lower(b) : a == b;
}

// SQL's LIKE with the backslash as escape; goes back to the last '%' only, so its time is bounded
// whatever the pattern.
bool like(std::string_view pattern, std::string_view text, bool ignore_case) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t after_percent = std::string_view::npos;
    std::size_t retry_from = 0;
    while (t < text.size()) {
        const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
        const std::size_t at = escaped ? p + 1 : p;
        if (!escaped && p < pattern.size() && pattern[p] == '%') {
            after_percent = ++p;
            retry_from = t;
        } else if (at < pattern.size() &&
                   ((!escaped && pattern[at] == '_') || same(pattern[at], text[t], ignore_case))) {
            p = at + 1;
            ++t;
        } else if (after_percent != std::string_view::npos) {
            p = after_percent;
            t = ++retry_from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%') ++p;
    return p == pattern.size();
}

std::string escape_wildcards(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '_' || c == '%' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

void Grants::add_line(std::string_view line) {
    const bool revoke = line.starts_with("REVOKE ");
    if (!revoke && !line.starts_with("GRANT ")) return;
    line.remove_prefix(revoke ? 7 : 6);
    // A role grant begins with a quoted name and has no ON; a list of rights never has a quote
    // except around columns, which belong to table scopes.
    const std::size_t on = line.find(" ON ");
    if (on == std::string_view::npos || line.front() == '`') return;
    const std::string_view rights = line.substr(0, on);
    std::string_view where = line.substr(on + 4);
    if (rights == "PROXY") return;
    if (where.starts_with("PROCEDURE ") || where.starts_with("FUNCTION ")) return;
    std::string schema = take_identifier(where);
    if (!where.starts_with(".*")) return;  // a table

    Scope scope;
    scope.schema = std::move(schema);
    scope.revoked = revoke;
    for (const std::string_view part : base::split(rights, ',')) {
        const std::string_view right = base::trim(part);
        if (right == "ALL PRIVILEGES" || right == "ALL") {
            for (const std::string_view each : all_of_schema) scope.rights.emplace(each);
            scope.rights.emplace("ALL PRIVILEGES");
        } else {
            scope.rights.emplace(right);
        }
    }
    scopes_.push_back(std::move(scope));
}

void Grants::prove(std::string_view right, bool there) {
    (there ? proved_ : disproved_).emplace(right);
}

bool Grants::covers(const Scope& scope, std::string_view schema) const {
    if (scope.schema == "*") return true;
    if (schema.empty()) return false;
    // A partial revoke names one database plainly.
    if (wildcards_ && !scope.revoked) return like(scope.schema, schema, ignore_case_);
    return ignore_case_ ? base::equals_ignoring_ascii_case(scope.schema, schema)
                        : scope.schema == schema;
}

bool Grants::allows(std::string_view right, std::string_view schema) const {
    if (schema.empty() && proved_.contains(right)) return true;
    if (schema.empty() && disproved_.contains(right)) return false;
    bool revoked = false;
    bool global = false;
    bool local = false;
    for (const Scope& scope : scopes_) {
        if (!scope.rights.contains(right) || !covers(scope, schema)) continue;
        if (scope.revoked) {
            revoked = true;
        } else {
            (scope.schema == "*" ? global : local) = true;
        }
    }
    return local || (global && !revoked);
}

bool Grants::allows(const Requirement& requirement) const {
    return std::any_of(requirement.any_of.begin(), requirement.any_of.end(),
                       [&](const std::string& right) { return allows(right, requirement.schema); });
}

std::vector<std::string> Grants::missing(const std::vector<Requirement>& requirements,
                                         std::string_view account) const {
    std::vector<std::pair<std::string, std::vector<std::string>>> by_schema;  // in order of need
    for (const Requirement& requirement : requirements) {
        if (allows(requirement)) continue;
        const auto same_schema = [&](const auto& entry) {
            return entry.first == requirement.schema;
        };
        auto entry = std::find_if(by_schema.begin(), by_schema.end(), same_schema);
        if (entry == by_schema.end()) {
            entry = by_schema.insert(entry, {requirement.schema, {}});
        }
        const std::string& right = requirement.any_of.front();
        if (std::find(entry->second.begin(), entry->second.end(), right) == entry->second.end()) {
            entry->second.push_back(right);
        }
    }
    std::vector<std::string> lines;
    for (const auto& [schema, rights] : by_schema) {
        const std::string name = wildcards_ ? escape_wildcards(schema) : schema;
        const std::string scope = schema.empty() ? "*.*" : mysql::quote_identifier(name) + ".*";
        lines.push_back(fmt::format("GRANT {} ON {} TO {};", fmt::join(rights, ", "), scope,
                                    quote_account(account)));
    }
    return lines;
}

// `user`@`host` from user@host, split at the last '@': a user name may hold one, a host may not.
std::string quote_account(std::string_view account) {
    const std::size_t at = account.rfind('@');
    if (at == std::string_view::npos) return mysql::quote_identifier(account);
    return fmt::format("{}@{}", mysql::quote_identifier(account.substr(0, at)),
                       mysql::quote_identifier(account.substr(at + 1)));
}

}  // namespace penstock::task
