#include "schema/mixed_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "schema/errors.h"
#include "schema/tokenizer.h"

namespace penstock::schema {

namespace {

bool has_high_byte(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_over(const Token& token) {
    return token.kind == TokenKind::end || token.kind == TokenKind::broken;
}

// The offset where the body of an event or trigger starts: behind DO, or FOR EACH ROW.
std::size_t body_of(MixedKind kind, Tokenizer& tokens) {
    for (Token token = tokens.next(); !is_over(token); token = tokens.next()) {
        if (kind == MixedKind::scheduled_event && token.is("DO")) return tokens.peek().offset;
        if (kind == MixedKind::trigger && token.is("FOR") && tokens.peek().is("EACH")) {
            static_cast<void>(tokens.next());
            static_cast<void>(tokens.next());
            return tokens.peek().offset;
        }
    }
    return std::string_view::npos;
}

// Passes over the characteristics between a routine's parameters and its body, which the server
// prints a line each; returns the body's offset.
std::size_t body_of_routine(Tokenizer& tokens, std::string_view sql, std::size_t parameters_end) {
    constexpr std::array<std::string_view, 10> characteristics = {
        "NO",  "READS", "MODIFIES", "CONTAINS", "DETERMINISTIC",
        "NOT", "SQL",   "COMMENT",  "LANGUAGE", "USING"};
    std::size_t behind = parameters_end;
    while (!is_over(tokens.peek())) {
        const Token& token = tokens.peek();
        const std::string_view gap = sql.substr(behind, token.offset - behind);
        const bool new_line = gap.find('\n') != std::string_view::npos;
        const bool characteristic =
            std::any_of(characteristics.begin(), characteristics.end(),
                        [&token](std::string_view word) { return token.is(word); });
        if (new_line && !characteristic) return token.offset;
        behind = token.offset + token.text.size();
        static_cast<void>(tokens.next());
    }
    return std::string_view::npos;
}

}  // namespace

LexicalMode lexical_mode_of_names(std::string_view sql_mode) {
    LexicalMode mode;
    for (const std::string_view name : base::split(sql_mode, ',')) {
        if (name == "ANSI_QUOTES" || name == "ANSI") mode.ansi_quotes = true;
        if (name == "NO_BACKSLASH_ESCAPES") mode.no_backslash_escapes = true;
    }
    return mode;
}

Result<std::vector<TextRange>> utf8_ranges(MixedKind kind, std::string_view sql, LexicalMode mode) {
    constexpr std::size_t npos = std::string_view::npos;
    Tokenizer tokens(sql, mode);
    std::vector<TextRange> ranges;
    std::size_t body = npos;
    if (kind != MixedKind::routine) {
        body = body_of(kind, tokens);
        ranges.push_back({0, body});
    } else {
        int depth = 0;
        for (Token token = tokens.next(); !is_over(token); token = tokens.next()) {
            if (token.is_symbol('(') && depth++ == 0) {
                ranges.push_back({0, token.offset});
            } else if (token.is_symbol(')') && --depth == 0) {
                body = body_of_routine(tokens, sql, token.offset + 1);
                ranges.push_back({token.offset, body});
                break;
            }
        }
    }
    if (body == npos) {
        return fail(ErrorKind::corrupt, error_not_understood,
                    "no body found in \"" + std::string(sql.substr(0, 200)) + "\"");
    }
    return ranges;
}

Result<std::string> in_one_character_set(mysql::Connection& connection, MixedKind kind,
                                         std::string sql, std::string_view sql_mode,
                                         const std::string& character_set,
                                         std::string_view object) {
    if (!has_high_byte(sql) || character_set.starts_with("utf8")) return sql;
    PENSTOCK_ASSIGN(const std::vector<TextRange> ranges,
                    utf8_ranges(kind, sql, lexical_mode_of_names(sql_mode)));
    std::string out;
    std::size_t done = 0;
    for (const TextRange& range : ranges) {
        out += sql.substr(done, range.begin - done);
        done = range.end;
        const std::string part = sql.substr(range.begin, range.end - range.begin);
        if (!has_high_byte(part)) {
            out += part;
            continue;
        }
        const std::string literal = "_utf8mb4 X'" + base::to_hex(part) + "'";
        const std::string converted = "CONVERT(" + literal + " USING " + character_set + ")";
        PENSTOCK_ASSIGN(const mysql::ResultSet result,
                        connection.query("SELECT " + converted + ", BINARY CONVERT(" + converted +
                                         " USING utf8mb4) = BINARY " + literal));
        if (result.text(0, 1) != "1") {
            return fail(ErrorKind::definite, error_not_understood,
                        std::string(object) + ": its name or comment can't be written in " +
                            character_set + ", the character set of its body",
                        "create it anew on the source in a session with SET NAMES utf8mb4");
        }
        out += result.text(0, 0);
    }
    out += sql.substr(done);
    return out;
}

}  // namespace penstock::schema
