#include "schema/table_text.h"

#include <optional>

#include "base/text.h"
#include "schema/errors.h"
#include "schema/tokenizer.h"

namespace penstock::schema {

namespace {

// The name of the constraint if `item` is a foreign key.
std::optional<std::string> foreign_key_name(std::string_view item) {
    Tokenizer tokens(item, {});
    std::string name;
    if (tokens.peek().is("CONSTRAINT")) {
        static_cast<void>(tokens.next());
        if (tokens.peek().is_name() && !tokens.peek().is("FOREIGN")) {
            name = tokens.next().value({});
        }
    }
    if (!tokens.next().is("FOREIGN")) return std::nullopt;
    return name;
}

struct Parts {
    std::size_t open = 0;                 // the offset of the opening parenthesis
    std::size_t close = 0;                // that of its counterpart
    std::vector<std::string_view> items;  // between the top-level commas, with their blanks
};

Result<Parts> take_apart(std::string_view sql) {
    Parts parts;
    Tokenizer tokens(sql, {});
    int depth = 0;
    std::size_t item = 0;
    for (Token token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
        if (token.kind == TokenKind::broken) break;
        if (token.is_symbol('(') && depth++ == 0) {
            parts.open = token.offset;
            item = token.offset + 1;
        }
        const bool closes = token.is_symbol(')') && --depth == 0;
        if (closes || (token.is_symbol(',') && depth == 1)) {
            parts.items.push_back(sql.substr(item, token.offset - item));
            item = token.offset + 1;
        }
        if (closes) {
            parts.close = token.offset;
            return parts;
        }
    }
    return fail(ErrorKind::corrupt, error_not_understood,
                "not the text of a table: \"" + std::string(sql.substr(0, 200)) + "\"");
}

}  // namespace

Result<TableText> split_foreign_keys(std::string_view create_sql) {
    PENSTOCK_ASSIGN(const Parts parts, take_apart(create_sql));
    const std::string_view last = parts.items.back();
    const std::size_t last_end = last.find_last_not_of(" \n");
    const std::string_view tail =
        last_end == std::string_view::npos ? std::string_view{} : last.substr(last_end + 1);

    TableText text;
    text.without_foreign_keys = create_sql.substr(0, parts.open + 1);
    bool first = true;
    for (std::string_view item : parts.items) {
        if (item.data() == last.data()) item.remove_suffix(tail.size());
        if (std::optional<std::string> name = foreign_key_name(item)) {
            text.foreign_keys.push_back({std::move(*name), std::string(base::trim(item))});
            continue;
        }
        if (!first) text.without_foreign_keys += ',';
        first = false;
        text.without_foreign_keys += item;
    }
    text.without_foreign_keys += tail;
    text.without_foreign_keys += create_sql.substr(parts.close);
    return text;
}

std::string comparable_table_text(std::string_view create_sql) {
    std::string out;
    std::size_t done = 0;
    const auto cut = [&](const Token& from, const Token& to) {
        std::size_t begin = from.offset;
        while (begin > done && create_sql[begin - 1] == ' ') --begin;
        out += create_sql.substr(done, begin - done);
        done = to.offset + to.text.size();
    };
    Tokenizer tokens(create_sql, {});
    int depth = 0;
    for (Token token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
        if (token.is_symbol('(')) ++depth;
        if (token.is_symbol(')')) --depth;
        if (depth == 0 && token.is("AUTO_INCREMENT") && tokens.peek().is_symbol('=')) {
            static_cast<void>(tokens.next());
            cut(token, tokens.next());
        } else if (depth > 0 && token.is("CHARACTER") && tokens.peek().is("SET")) {
            static_cast<void>(tokens.next());
            const Token character_set = tokens.next();
            if (tokens.peek().is("COLLATE")) cut(token, character_set);
        }
    }
    out += create_sql.substr(done);
    return out;
}

}  // namespace penstock::schema
