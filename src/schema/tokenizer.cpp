#include "schema/tokenizer.h"

#include "base/text.h"

namespace penstock::schema {

namespace {

bool is_identifier_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || base::is_digit(c) || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// The byte that a backslash and `c` stand for. \% and \_ keep their backslash: they only mean
// something to LIKE.
void append_unescaped(std::string& out, char c) {
    switch (c) {
        case '0':
            out += '\0';
            break;
        case 'b':
            out += '\b';
            break;
        case 'n':
            out += '\n';
            break;
        case 'r':
            out += '\r';
            break;
        case 't':
            out += '\t';
            break;
        case 'Z':
            out += '\x1a';
            break;
        case '%':
        case '_':
            out += '\\';
            [[fallthrough]];
        default:
            out += c;
    }
}

std::string unquote(std::string_view quoted, bool backslash_escapes) {
    const char quote = quoted.front();
    std::string out;
    out.reserve(quoted.size());
    const std::string_view inside = quoted.substr(1, quoted.size() - 2);
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && backslash_escapes && i + 1 < inside.size()) {
            append_unescaped(out, inside[++i]);
        } else {
            out += inside[i];
            if (inside[i] == quote) ++i;  // doubled
        }
    }
    return out;
}

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

}  // namespace

std::string Token::value(LexicalMode mode) const {
    std::string_view body = text;
    bool identifier = kind == TokenKind::quoted_identifier;
    if (kind == TokenKind::user_variable) {
        while (!body.empty() && body.front() == '@') body.remove_prefix(1);
        if (body.empty() || !is_quote(body.front())) return std::string(body);
        identifier = body.front() == '`' || (body.front() == '"' && mode.ansi_quotes);
    } else if (kind != TokenKind::string && !identifier) {
        return std::string(body);
    }
    return unquote(body, !identifier && !mode.no_backslash_escapes);
}

bool Token::is(std::string_view keyword) const {
    return kind == TokenKind::word && base::equals_ignoring_ascii_case(text, keyword);
}

bool Token::is_symbol(char c) const {
    return kind == TokenKind::symbol && text.front() == c;
}

bool Token::is_name() const {
    return kind == TokenKind::word || kind == TokenKind::quoted_identifier;
}

Tokenizer::Tokenizer(std::string_view sql, LexicalMode mode) : sql_(sql), mode_(mode) {}

Token Tokenizer::next() {
    if (!has_ahead_) return scan();
    has_ahead_ = false;
    return ahead_;
}

const Token& Tokenizer::peek() {
    if (!has_ahead_) {
        ahead_ = scan();
        has_ahead_ = true;
    }
    return ahead_;
}

void Tokenizer::skip_space_and_comments(bool& broken) {
    const auto skip_line = [this] {
        const std::size_t line_end = sql_.find('\n', at_);
        at_ = line_end == std::string_view::npos ? sql_.size() : line_end + 1;
    };
    while (at_ < sql_.size()) {
        const std::string_view rest = sql_.substr(at_);
        if (base::is_space(rest[0])) {
            ++at_;
        } else if (rest[0] == '#') {
            skip_line();
        } else if (rest.starts_with("--") &&
                   (rest.size() == 2 || static_cast<unsigned char>(rest[2]) <= ' ')) {
            skip_line();
        } else if (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
            at_ += rest[2] == '!' ? 3 : 4;
            for (int digits = 0; digits < 6 && at_ < sql_.size() && base::is_digit(sql_[at_]);
                 ++digits) {
                ++at_;
            }
            ++open_version_comments_;
        } else if (rest.starts_with("/*")) {
            const std::size_t close = sql_.find("*/", at_ + 2);
            broken = close == std::string_view::npos;
            at_ = broken ? sql_.size() : close + 2;
        } else if (open_version_comments_ > 0 && rest.starts_with("*/")) {
            --open_version_comments_;
            at_ += 2;
        } else {
            return;
        }
    }
}

Token Tokenizer::scan_quoted(char quote, TokenKind kind) {
    const std::size_t start = at_;
    const bool backslash_escapes = kind == TokenKind::string && !mode_.no_backslash_escapes;
    for (std::size_t i = start + 1; i < sql_.size(); ++i) {
        if (sql_[i] == '\\' && backslash_escapes) {
            ++i;
        } else if (sql_[i] == quote) {
            if (i + 1 < sql_.size() && sql_[i + 1] == quote) {
                ++i;
            } else {
                at_ = i + 1;
                return {kind, sql_.substr(start, at_ - start), start};
            }
        }
    }
    at_ = sql_.size();
    return {TokenKind::broken, sql_.substr(start), start};
}

Token Tokenizer::scan_variable() {
    const std::size_t start = at_;
    while (at_ < sql_.size() && at_ < start + 2 && sql_[at_] == '@') ++at_;
    if (at_ < sql_.size() && is_quote(sql_[at_])) {
        const char quote = sql_[at_];
        const bool text = quote == '\'' || (quote == '"' && !mode_.ansi_quotes);
        const Token name =
            scan_quoted(quote, text ? TokenKind::string : TokenKind::quoted_identifier);
        const TokenKind kind =
            name.kind == TokenKind::broken ? TokenKind::broken : TokenKind::user_variable;
        return {kind, sql_.substr(start, at_ - start), start};
    }
    while (at_ < sql_.size() && (is_identifier_byte(sql_[at_]) || sql_[at_] == '.')) ++at_;
    return {TokenKind::user_variable, sql_.substr(start, at_ - start), start};
}

// A run of identifier bytes: a number if it reads as one, since identifiers may begin with a digit.
Token Tokenizer::scan_word() {
    const std::size_t start = at_;
    while (at_ < sql_.size() && is_identifier_byte(sql_[at_])) ++at_;
    std::string_view text = sql_.substr(start, at_ - start);
    if (!base::is_digit(text.front())) return {TokenKind::word, text, start};

    const bool prefixed = text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'b');
    const std::size_t digits = text.find_first_not_of("0123456789");
    const bool decimal = digits == std::string_view::npos;
    const bool exponent = !decimal && base::to_upper(text[digits]) == 'E' &&
                          text.find_first_not_of("0123456789", digits + 1) == text.npos;
    if (prefixed) {
        const std::string_view allowed = text[1] == 'x' ? "0123456789abcdefABCDEF" : "01";
        const bool number = text.find_first_not_of(allowed, 2) == text.npos;
        return {number ? TokenKind::number : TokenKind::word, text, start};
    }
    if (!decimal && !exponent) return {TokenKind::word, text, start};
    if (decimal && at_ + 1 < sql_.size() && sql_[at_] == '.' && base::is_digit(sql_[at_ + 1])) {
        ++at_;
        while (at_ < sql_.size() && is_identifier_byte(sql_[at_])) ++at_;
    }
    if (base::to_upper(sql_[at_ - 1]) == 'E') {
        const bool sign = at_ + 1 < sql_.size() && (sql_[at_] == '+' || sql_[at_] == '-') &&
                          base::is_digit(sql_[at_ + 1]);
        if (!sign) return {TokenKind::word, sql_.substr(start, at_ - start), start};
        ++at_;
        while (at_ < sql_.size() && base::is_digit(sql_[at_])) ++at_;
    }
    return {TokenKind::number, sql_.substr(start, at_ - start), start};
}

Token Tokenizer::scan() {
    bool broken = false;
    skip_space_and_comments(broken);
    if (at_ >= sql_.size()) {
        broken = broken || open_version_comments_ > 0;
        open_version_comments_ = 0;
        return {broken ? TokenKind::broken : TokenKind::end, {}, sql_.size()};
    }
    const char c = sql_[at_];
    if (c == '\'') return scan_quoted(c, TokenKind::string);
    if (c == '`') return scan_quoted(c, TokenKind::quoted_identifier);
    if (c == '"') {
        return scan_quoted(c, mode_.ansi_quotes ? TokenKind::quoted_identifier : TokenKind::string);
    }
    if (c == '@') return scan_variable();
    if (is_identifier_byte(c)) return scan_word();
    ++at_;
    return {TokenKind::symbol, sql_.substr(at_ - 1, 1), at_ - 1};
}

}  // namespace penstock::schema
