#include "gate/event_statement.h"

#include <fmt/format.h>
#include <array>
#include <utility>

#include "base/text.h"
#include "gate/errors.h"
#include "schema/tokenizer.h"

namespace penstock::gate {
namespace {

using schema::ObjectName;
using schema::Token;
using schema::TokenKind;
using schema::Verb;

class Parser {
public:
    Parser(std::string_view sql, std::string_view default_schema, schema::LexicalMode mode)
        : sql_(sql), default_schema_(default_schema), tokens_(sql, mode), mode_(mode) {}

    Result<EventStatement> run();

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
    [[nodiscard]] tl::unexpected<Error> broken_at(std::string_view expected);

    Result<void> verb();
    Result<void> definer();
    Result<std::string> definer_part();
    Result<void> existence();
    Result<ObjectName> name();
    Result<void> clauses();
    Result<void> clause(const Token& keyword);
    Result<void> schedule();
    Result<void> completion();
    Result<void> disable();
    Result<std::string> expression();

    std::string_view sql_;
    std::string_view default_schema_;
    schema::Tokenizer tokens_;
    schema::LexicalMode mode_;
    EventStatement found_;
};

tl::unexpected<Error> Parser::broken_at(std::string_view expected) {
    constexpr std::size_t shown_max = 60;
    const Token& token = tokens_.peek();
    const bool at_end = token.kind == TokenKind::end;
    return fail(
        ErrorKind::definite, error_event_statement,
        fmt::format("event statement: expected {} at byte {}, found {}", expected, token.offset,
                    at_end ? std::string("its end")
                           : fmt::format("\"{}\"", token.text.substr(0, shown_max))),
        "Report the statement; the task stops before it and nothing of it was applied");
}

Result<void> Parser::verb() {
    if (accept("CREATE")) {
        found_.verb = Verb::create;
        if (accept("OR")) {
            if (!accept("REPLACE")) return broken_at("REPLACE");
            found_.or_replace = true;
        }
    } else if (accept("ALTER")) {
        found_.verb = Verb::alter;
    } else if (accept("DROP")) {
        found_.verb = Verb::drop;
    } else {
        return broken_at("CREATE, ALTER or DROP");
    }
    return {};
}

// A user, host or role in any of its quotings.
Result<std::string> Parser::definer_part() {
    const Token& token = tokens_.peek();
    if (!token.is_name() && token.kind != TokenKind::string) return broken_at("a definer's name");
    return tokens_.next().value(mode_);
}

Result<void> Parser::definer() {
    accept_symbol('=');
    if (accept("CURRENT_USER") || accept("CURRENT_ROLE")) {
        if (accept_symbol('(') && !accept_symbol(')')) return broken_at("a closing parenthesis");
        return {};
    }
    Definer definer;
    PENSTOCK_ASSIGN(definer.user, definer_part());
    if (tokens_.peek().kind == TokenKind::user_variable) {
        const Token host = tokens_.next();
        if (host.text == "@") {  // blanks between the at sign and the host
            PENSTOCK_ASSIGN(definer.host, definer_part());
        } else {
            definer.host = host.value(mode_);
        }
    }
    found_.definer = std::move(definer);
    return {};
}

Result<void> Parser::existence() {
    if (!accept("IF")) return {};
    if (found_.verb == Verb::create) {
        if (!accept("NOT")) return broken_at("NOT EXISTS");
        found_.if_not_exists = true;
    } else {
        found_.if_exists = true;
    }
    if (!accept("EXISTS")) return broken_at("EXISTS");
    return {};
}

Result<ObjectName> Parser::name() {
    if (!tokens_.peek().is_name()) return broken_at("an event's name");
    std::string first = tokens_.next().value(mode_);
    if (!accept_symbol('.')) return ObjectName{std::string(default_schema_), std::move(first)};
    const Token& second = tokens_.peek();
    // After a dot a name may begin with a digit.
    if (!second.is_name() && second.kind != TokenKind::number) return broken_at("a name");
    return ObjectName{std::move(first), tokens_.next().value(mode_)};
}

// Up to the next clause, outside parentheses; as written, without trailing blanks.
Result<std::string> Parser::expression() {
    constexpr std::array<std::string_view, 8> clause_words{"STARTS", "ENDS",    "ON",      "RENAME",
                                                           "ENABLE", "DISABLE", "COMMENT", "DO"};
    const std::size_t begin = tokens_.peek().offset;
    std::size_t end = begin;
    int depth = 0;
    while (true) {
        const Token& token = tokens_.peek();
        if (token.kind == TokenKind::broken) return broken_at("an expression");
        if (token.kind == TokenKind::end) break;
        if (depth == 0) {
            bool clause = token.is_symbol(';');
            for (const std::string_view word : clause_words) clause = clause || token.is(word);
            if (clause) break;
        }
        if (token.is_symbol('(')) ++depth;
        if (token.is_symbol(')')) --depth;
        end = token.offset + token.text.size();
        static_cast<void>(tokens_.next());
    }
    if (end == begin) return broken_at("an expression");
    return std::string(sql_.substr(begin, end - begin));
}

Result<void> Parser::schedule() {
    ScheduleText schedule;
    if (accept("AT")) {
        PENSTOCK_ASSIGN(schedule.at, expression());
    } else if (accept("EVERY")) {
        PENSTOCK_ASSIGN(schedule.every, expression());
        if (accept("STARTS")) {
            PENSTOCK_ASSIGN(schedule.starts, expression());
        }
        if (accept("ENDS")) {
            PENSTOCK_ASSIGN(schedule.ends, expression());
        }
    } else {
        return broken_at("AT or EVERY");
    }
    found_.schedule = std::move(schedule);
    return {};
}

Result<void> Parser::completion() {
    const bool preserve = !accept("NOT");
    if (!accept("PRESERVE")) return broken_at("PRESERVE");
    found_.preserve = preserve;
    return {};
}

Result<void> Parser::disable() {
    found_.status = EventStatus::disabled;
    if (!accept("ON")) return {};
    if (!accept("REPLICA") && !accept("SLAVE")) return broken_at("REPLICA");
    found_.status = EventStatus::replica_side_disabled;
    return {};
}

Result<void> Parser::clause(const Token& keyword) {
    if (keyword.is("ON")) {
        if (accept("SCHEDULE")) return schedule();
        if (accept("COMPLETION")) return completion();
        return broken_at("SCHEDULE or COMPLETION");
    }
    if (keyword.is("RENAME")) {
        if (!accept("TO")) return broken_at("TO");
        PENSTOCK_ASSIGN(found_.rename_to, name());
        return {};
    }
    if (keyword.is("ENABLE")) {
        found_.status = EventStatus::enabled;
        return {};
    }
    if (keyword.is("DISABLE")) return disable();
    if (keyword.is("COMMENT")) {
        if (tokens_.peek().kind != TokenKind::string) return broken_at("a comment in quotes");
        found_.comment = tokens_.next().value(mode_);
        return {};
    }
    return broken_at("a clause of an event");
}

Result<void> Parser::clauses() {
    while (true) {
        if (accept("DO")) {
            const Token& body = tokens_.peek();
            if (body.kind == TokenKind::end) return broken_at("a body");
            found_.body_offset = body.offset;
            return {};
        }
        if (tokens_.peek().kind == TokenKind::end || tokens_.peek().is_symbol(';')) return {};
        bool known = false;
        for (const std::string_view word : {"ON", "RENAME", "ENABLE", "DISABLE", "COMMENT"}) {
            known = known || tokens_.peek().is(word);
        }
        if (!known) return broken_at("a clause of an event");
        PENSTOCK_TRY(clause(tokens_.next()));
    }
}

Result<EventStatement> Parser::run() {
    PENSTOCK_TRY(verb());
    if (accept("DEFINER")) PENSTOCK_TRY(definer());
    if (!accept("EVENT")) return broken_at("EVENT");
    PENSTOCK_TRY(existence());
    PENSTOCK_ASSIGN(found_.name, name());
    if (found_.verb != Verb::drop) PENSTOCK_TRY(clauses());
    const bool whole = found_.body_offset || tokens_.peek().kind == TokenKind::end ||
                       tokens_.peek().is_symbol(';');
    if (!whole) return broken_at("the end of the statement");
    if (found_.verb == Verb::create && (!found_.schedule || !found_.body_offset)) {
        return broken_at("ON SCHEDULE and DO");
    }
    if (found_.name.schema.empty()) {
        return fail(ErrorKind::definite, error_event_statement,
                    fmt::format("event statement: \"{}\" has no schema and there is no default one",
                                found_.name.name));
    }
    return std::move(found_);
}

}  // namespace

std::string_view to_string(EventStatus status) {
    switch (status) {
        case EventStatus::enabled:
            return "ENABLED";
        case EventStatus::disabled:
            return "DISABLED";
        case EventStatus::replica_side_disabled:
            return "REPLICA_SIDE_DISABLED";
    }
    return "?";
}

std::optional<EventStatus> event_status(std::string_view text) {
    if (text == "ENABLED") return EventStatus::enabled;
    if (text == "DISABLED") return EventStatus::disabled;
    if (text == "REPLICA_SIDE_DISABLED" || text == "SLAVESIDE_DISABLED") {
        return EventStatus::replica_side_disabled;
    }
    return std::nullopt;
}

Result<EventStatement> parse_event_statement(std::string_view sql, std::string_view default_schema,
                                             schema::LexicalMode mode) {
    return Parser(sql, default_schema, mode).run();
}

}  // namespace penstock::gate
