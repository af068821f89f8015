#include "schema/ddl.h"

#include <array>
#include <optional>

#include "schema/tokenizer.h"

namespace penstock::schema {

namespace {

// One statement being read: the tokens and what is known so far.
class Classifier {
public:
    Classifier(std::string_view sql, std::string_view default_schema, LexicalMode mode)
        : tokens_(sql, mode), default_schema_(default_schema) {}

    Statement run();

private:
    bool accept(std::string_view keyword) {
        if (!tokens_.peek().is(keyword)) return false;
        static_cast<void>(tokens_.next());
        return true;
    }
    bool accept_symbol(char c) {
        if (!tokens_.peek().is_symbol(c)) return false;
        static_cast<void>(tokens_.next());
        return true;
    }
    void accept_if_exists();
    void accept_if_not_exists();
    std::optional<ObjectName> name();
    std::optional<ObjectName> database_name();
    void add(std::optional<ObjectName> object);
    void skip_value();  // [=] value [@host]
    // Reads on to `keyword` outside parentheses and consumes it; false: not there.
    bool seek(std::string_view keyword, std::string_view before = {});

    void create();
    void create_table();
    void index_of_table();
    void create_trigger();
    void create_function();
    void alter();
    void alter_table();
    void alter_scheduled_event();
    void drop();
    void drop_list(StatementClass kind);
    void rename();
    void truncate();
    void skip_definition_attributes();
    bool object_of_server();

    Tokenizer tokens_;
    std::string_view default_schema_;
    Statement found_;
};

void Classifier::accept_if_exists() {
    if (accept("IF")) found_.if_exists = accept("EXISTS");
}

void Classifier::accept_if_not_exists() {
    if (accept("IF") && accept("NOT")) found_.if_not_exists = accept("EXISTS");
}

std::optional<ObjectName> Classifier::name() {
    const auto is_part = [](const Token& token) {
        return token.is_name() || token.kind == TokenKind::number;
    };
    if (accept_symbol('.')) {  // ".t" is t of the default schema
        if (!is_part(tokens_.peek())) return std::nullopt;
        return ObjectName{std::string(default_schema_), tokens_.next().value(tokens_.mode())};
    }
    if (!tokens_.peek().is_name()) return std::nullopt;
    std::string first = tokens_.next().value(tokens_.mode());
    if (!accept_symbol('.')) return ObjectName{std::string(default_schema_), std::move(first)};
    if (!is_part(tokens_.peek())) return std::nullopt;
    return ObjectName{std::move(first), tokens_.next().value(tokens_.mode())};
}

std::optional<ObjectName> Classifier::database_name() {
    if (!tokens_.peek().is_name()) return std::nullopt;
    return ObjectName{tokens_.next().value(tokens_.mode()), {}};
}

void Classifier::add(std::optional<ObjectName> object) {
    if (object) {
        found_.objects.push_back(std::move(*object));
    } else {
        found_.kind = StatementClass::unknown;
    }
}

void Classifier::skip_value() {
    accept_symbol('=');
    static_cast<void>(tokens_.next());
    if (tokens_.peek().is_symbol('(')) {  // CURRENT_USER()
        static_cast<void>(tokens_.next());
        accept_symbol(')');
    }
    if (tokens_.peek().kind == TokenKind::user_variable) static_cast<void>(tokens_.next());
}

bool Classifier::seek(std::string_view keyword, std::string_view before) {
    int depth = 0;
    bool qualified = false;  // behind a dot a keyword is a name
    for (Token token = tokens_.next(); token.kind != TokenKind::end; token = tokens_.next()) {
        if (token.kind == TokenKind::broken) return false;
        if (depth == 0 && !qualified) {
            if (token.is(keyword)) return true;
            if (!before.empty() && token.is(before)) return false;
        }
        qualified = token.is_symbol('.');
        if (token.is_symbol('(')) ++depth;
        if (token.is_symbol(')')) --depth;
    }
    return false;
}

// ALGORITHM, DEFINER and SQL SECURITY, in any order.
void Classifier::skip_definition_attributes() {
    while (true) {
        if (accept("ALGORITHM") || accept("DEFINER")) {
            skip_value();
        } else if (accept("SQL")) {
            accept("SECURITY");
            skip_value();
        } else {
            return;
        }
    }
}

// Objects of the server itself and accounts: nothing of theirs is carried over.
bool Classifier::object_of_server() {
    if (accept("USER") || accept("ROLE")) {
        found_.kind = StatementClass::account;
        return true;
    }
    for (const std::string_view keyword :
         {"SERVER", "TABLESPACE", "UNDO", "LOGFILE", "RESOURCE", "INSTANCE"}) {
        if (accept(keyword)) {
            found_.kind = StatementClass::server;
            return true;
        }
    }
    return false;
}

void Classifier::create() {
    found_.verb = Verb::create;
    if (accept("OR")) found_.or_replace = accept("REPLACE");
    if (object_of_server()) return;
    if (accept("SPATIAL")) {
        if (accept("REFERENCE")) {
            found_.kind = StatementClass::server;
        } else if (accept("INDEX")) {
            index_of_table();
        }
        return;
    }
    if (accept("UNIQUE") || accept("FULLTEXT") || accept("ONLINE") || accept("OFFLINE")) {
        if (accept("INDEX")) index_of_table();
        return;
    }
    found_.temporary = accept("TEMPORARY");
    skip_definition_attributes();
    if (accept("JSON")) {
        accept("RELATIONAL");
        if (!accept("DUALITY")) return;
    }
    if (accept("INDEX")) return index_of_table();
    if (accept("TRIGGER")) return create_trigger();
    if (accept("AGGREGATE")) {
        if (accept("FUNCTION")) create_function();
        return;
    }
    if (accept("FUNCTION")) return create_function();
    if (accept("TABLE")) return create_table();
    if (accept("DATABASE") || accept("SCHEMA")) {
        found_.kind = StatementClass::database;
        accept_if_not_exists();
        return add(database_name());
    }
    if (accept("VIEW")) {
        found_.kind = StatementClass::view;
    } else if (accept("PROCEDURE") || accept("LIBRARY")) {
        found_.kind = StatementClass::routine;
    } else if (accept("EVENT")) {
        found_.kind = StatementClass::scheduled_event;
    } else {
        return;
    }
    accept_if_not_exists();
    add(name());
}

void Classifier::create_table() {
    found_.kind = StatementClass::table;
    accept_if_not_exists();
    add(name());
    int depth = 0;
    bool qualified = false;
    for (Token token = tokens_.next(); token.kind != TokenKind::end; token = tokens_.next()) {
        if (token.kind == TokenKind::broken) found_.kind = StatementClass::unknown;
        if (token.is_symbol('(')) ++depth;
        if (token.is_symbol(')')) --depth;
        const bool query =
            token.is("SELECT") || (depth == 0 && (token.is("TABLE") || token.is("VALUES")));
        if (query && !qualified && !found_.temporary) found_.kind = StatementClass::row_change;
        if (depth == 0 && token.is("START") && tokens_.peek().is("TRANSACTION")) {
            found_.starts_transaction = true;
        }
        qualified = token.is_symbol('.');
    }
}

void Classifier::index_of_table() {
    found_.kind = StatementClass::table;
    if (seek("ON")) {
        add(name());
    } else {
        found_.kind = StatementClass::unknown;
    }
}

void Classifier::create_trigger() {
    found_.kind = StatementClass::trigger;
    accept_if_not_exists();
    add(name());
    const std::optional<ObjectName> table = seek("ON") ? name() : std::nullopt;
    if (table) {
        found_.trigger_table = *table;
    } else {
        found_.kind = StatementClass::unknown;
    }
}

// Stored functions have parameters; loadable ones (RETURNS … SONAME) belong to the server.
void Classifier::create_function() {
    found_.kind = StatementClass::routine;
    accept_if_not_exists();
    add(name());
    if (!tokens_.peek().is_symbol('(') && found_.kind == StatementClass::routine) {
        found_.kind = StatementClass::server;
        found_.objects.clear();
    }
}

void Classifier::alter() {
    found_.verb = Verb::alter;
    if (object_of_server()) return;
    while (accept("ONLINE") || accept("OFFLINE") || accept("IGNORE")) {
    }
    if (accept("TABLE")) return alter_table();
    if (accept("DATABASE") || accept("SCHEMA")) {
        found_.kind = StatementClass::database;
        for (const std::string_view option :
             {"CHARACTER", "CHARSET", "COLLATE", "DEFAULT", "ENCRYPTION", "READ"}) {
            if (tokens_.peek().is(option)) {  // no name: the default schema
                return add(ObjectName{std::string(default_schema_), {}});
            }
        }
        return add(database_name());
    }
    skip_definition_attributes();
    if (accept("JSON")) {
        accept("RELATIONAL");
        if (!accept("DUALITY")) return;
    }
    if (accept("EVENT")) return alter_scheduled_event();
    if (accept("VIEW")) {
        found_.kind = StatementClass::view;
    } else if (accept("PROCEDURE") || accept("FUNCTION") || accept("LIBRARY")) {
        found_.kind = StatementClass::routine;
    } else {
        return;
    }
    accept_if_exists();
    add(name());
}

void Classifier::alter_table() {
    found_.kind = StatementClass::table;
    accept_if_exists();
    add(name());
    int depth = 0;
    bool qualified = false;
    for (Token token = tokens_.next(); token.kind != TokenKind::end; token = tokens_.next()) {
        if (token.kind == TokenKind::broken) found_.kind = StatementClass::unknown;
        if (token.is_symbol('(')) ++depth;
        if (token.is_symbol(')')) --depth;
        const bool action = depth == 0 && !qualified;
        qualified = token.is_symbol('.');
        if (!action) continue;
        if (token.is("RENAME")) {
            const Token& part = tokens_.peek();
            if (part.is("COLUMN") || part.is("INDEX") || part.is("KEY")) continue;
            if (!accept("TO") && !accept("AS")) accept_symbol('=');
            add(name());
            found_.renames = true;
        } else if (token.is("EXCHANGE") && tokens_.peek().is("PARTITION")) {
            if (seek("TABLE")) add(name());
        }
    }
}

void Classifier::alter_scheduled_event() {
    found_.kind = StatementClass::scheduled_event;
    accept_if_exists();
    add(name());
    if (seek("RENAME", "DO") && accept("TO")) {
        add(name());
        found_.renames = true;
    }
}

void Classifier::drop_list(StatementClass kind) {
    found_.kind = kind;
    accept_if_exists();
    do {
        add(name());
    } while (accept_symbol(','));
}

void Classifier::drop() {
    found_.verb = Verb::drop;
    if (object_of_server()) return;
    if (accept("SPATIAL")) {
        if (accept("REFERENCE")) found_.kind = StatementClass::server;
        return;
    }
    found_.temporary = accept("TEMPORARY");
    while (accept("ONLINE") || accept("OFFLINE")) {
    }
    if (accept("TABLE") || accept("TABLES")) return drop_list(StatementClass::table);
    if (accept("VIEW")) return drop_list(StatementClass::view);
    if (accept("INDEX")) return index_of_table();
    if (accept("DATABASE") || accept("SCHEMA")) {
        found_.kind = StatementClass::database;
        accept_if_exists();
        return add(database_name());
    }
    if (accept("PROCEDURE") || accept("FUNCTION") || accept("LIBRARY")) {
        found_.kind = StatementClass::routine;
    } else if (accept("TRIGGER")) {
        found_.kind = StatementClass::trigger;
    } else if (accept("EVENT")) {
        found_.kind = StatementClass::scheduled_event;
    } else {
        return;
    }
    accept_if_exists();
    add(name());
}

void Classifier::rename() {
    found_.verb = Verb::rename;
    if (accept("USER")) {
        found_.kind = StatementClass::account;
        return;
    }
    if (!accept("TABLE") && !accept("TABLES")) return;
    found_.kind = StatementClass::table;
    accept_if_exists();
    do {
        add(name());
        if (!accept("TO")) found_.kind = StatementClass::unknown;
        add(name());
    } while (accept_symbol(',') && found_.kind == StatementClass::table);
}

void Classifier::truncate() {
    found_.verb = Verb::truncate;
    found_.kind = StatementClass::table;
    accept("TABLE");
    add(name());
}

// Statements that their first word decides.
struct FirstWord {
    std::string_view word;
    StatementClass kind;
};
constexpr std::array<FirstWord, 38> first_words = {{
    {"GRANT", StatementClass::account},         {"REVOKE", StatementClass::account},
    {"ANALYZE", StatementClass::maintenance},   {"OPTIMIZE", StatementClass::maintenance},
    {"REPAIR", StatementClass::maintenance},    {"CHECK", StatementClass::maintenance},
    {"CHECKSUM", StatementClass::maintenance},  {"FLUSH", StatementClass::maintenance},
    {"CACHE", StatementClass::maintenance},     {"KILL", StatementClass::maintenance},
    {"PURGE", StatementClass::maintenance},     {"RESET", StatementClass::maintenance},
    {"INSTALL", StatementClass::server},        {"UNINSTALL", StatementClass::server},
    {"CLONE", StatementClass::server},          {"SHUTDOWN", StatementClass::server},
    {"RESTART", StatementClass::server},        {"BEGIN", StatementClass::transaction},
    {"COMMIT", StatementClass::transaction},    {"ROLLBACK", StatementClass::transaction},
    {"SAVEPOINT", StatementClass::transaction}, {"RELEASE", StatementClass::transaction},
    {"XA", StatementClass::transaction},        {"INSERT", StatementClass::row_change},
    {"UPDATE", StatementClass::row_change},     {"DELETE", StatementClass::row_change},
    {"REPLACE", StatementClass::row_change},    {"CALL", StatementClass::row_change},
    {"DO", StatementClass::row_change},         {"SELECT", StatementClass::row_change},
    {"WITH", StatementClass::row_change},       {"TABLE", StatementClass::row_change},
    {"VALUES", StatementClass::row_change},     {"HANDLER", StatementClass::row_change},
    {"EXECUTE", StatementClass::row_change},    {"PREPARE", StatementClass::unknown},
    {"LOCK", StatementClass::unknown},          {"UNLOCK", StatementClass::unknown},
}};

Statement Classifier::run() {
    if (accept("CREATE")) {
        create();
    } else if (accept("ALTER")) {
        alter();
    } else if (accept("DROP")) {
        drop();
    } else if (accept("RENAME")) {
        rename();
    } else if (accept("TRUNCATE")) {
        truncate();
    } else if (accept("START")) {
        if (accept("TRANSACTION")) found_.kind = StatementClass::transaction;
    } else if (accept("LOAD")) {
        found_.kind = accept("INDEX") ? StatementClass::maintenance : StatementClass::row_change;
    } else if (accept("SET")) {
        const bool account =
            accept("PASSWORD") || accept("ROLE") || (accept("DEFAULT") && accept("ROLE"));
        if (account) found_.kind = StatementClass::account;
    } else {
        for (const FirstWord& first : first_words) {
            if (!accept(first.word)) continue;
            found_.kind = first.kind;
            break;
        }
    }
    if (found_.kind == StatementClass::unknown) found_.objects.clear();
    return std::move(found_);
}

}  // namespace

Statement classify(std::string_view sql, std::string_view default_schema, LexicalMode mode) {
    return Classifier(sql, default_schema, mode).run();
}

}  // namespace penstock::schema
