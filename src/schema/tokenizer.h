// Tokenizer: MySQL's and MariaDB's lexical rules, the one place where statements are read. Pure.
//
// Tokens borrow from the statement. Comments are passed over; the inside of version comments
// (/*!50100 … */, /*M! … */) is read as if it stood outside them. Bytes of 0x80 and above are part
// of identifiers. An unterminated quote or comment yields a token of kind `broken`, then `end`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/ddl.h"

namespace penstock::schema {

enum class TokenKind : std::uint8_t {
    word,               // unquoted identifier or keyword
    quoted_identifier,  // `…`, or "…" with ANSI_QUOTES
    string,             // '…', or "…" without ANSI_QUOTES
    number,
    user_variable,  // @name, @@name
    symbol,         // one character of punctuation or operator
    broken,
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;   // as written, quotes included
    std::size_t offset = 0;  // of its first byte in the statement

    // Unquoted, undoubled, unescaped content; of a variable without its @; else the text itself.
    [[nodiscard]] std::string value(LexicalMode mode) const;
    // A word equal to `keyword` (given in upper case), whatever its case.
    [[nodiscard]] bool is(std::string_view keyword) const;
    [[nodiscard]] bool is_symbol(char c) const;
    // A word or quoted identifier: something that can name an object.
    [[nodiscard]] bool is_name() const;
};

class Tokenizer {
public:
    Tokenizer(std::string_view sql, LexicalMode mode);

    [[nodiscard]] Token next();         // consumes
    [[nodiscard]] const Token& peek();  // looks at what next() would give
    [[nodiscard]] LexicalMode mode() const { return mode_; }

private:
    [[nodiscard]] Token scan();
    [[nodiscard]] Token scan_quoted(char quote, TokenKind kind);
    [[nodiscard]] Token scan_variable();
    [[nodiscard]] Token scan_word();
    void skip_space_and_comments(bool& broken);

    std::string_view sql_;
    LexicalMode mode_;
    std::size_t at_ = 0;
    unsigned open_version_comments_ = 0;
    Token ahead_;
    bool has_ahead_ = false;
};

}  // namespace penstock::schema
