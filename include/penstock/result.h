// Error and Result<T>: how every penstock function that can fail says so.
//
// An Error has a kind, which is all that a supervisor's policy looks at; a stable code, which is
// what an operator looks up; a text that names the object and the remedy. Errors are values:
// nothing here throws. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace penstock {

enum class ErrorKind : std::uint8_t {
    transient,  // retry with back-off
    definite,   // cannot go on as configured; needs a decision
    corrupt,    // bytes contradict format or checksum; stop, keep the evidence
    refused,    // rights, configuration or something unsupported
    cancelled,  // the caller asked to stop
};

// Printed as PST-1234; the ranges belong to modules, see src/README.md.
struct ErrorCode {
    std::uint16_t number = 0;
    friend bool operator==(const ErrorCode&, const ErrorCode&) = default;
};

struct Error {
    ErrorKind kind = ErrorKind::definite;
    ErrorCode code;
    std::string text;    // what happened, to which object, where
    std::string remedy;  // what to do about it; may be empty

    // "PST-1234 text. Remedy: remedy"
    [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] const char* to_string(ErrorKind kind);

template <class T>
using Result = tl::expected<T, Error>;

// `text` with bytes that are no UTF-8 written as \xNN: errors quote what servers sent, and are
// stored and printed as text.
[[nodiscard]] std::string valid_utf8(const std::string& text);

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, ErrorCode code, std::string text,
                                                std::string remedy = {}) {
    return tl::unexpected<Error>(Error{kind, code, valid_utf8(text), valid_utf8(remedy)});
}

// Passes an error of one Result on as the error of another.
template <class T>
[[nodiscard]] tl::unexpected<Error> forward_error(Result<T>& result) {
    return tl::unexpected<Error>(std::move(result.error()));
}

}  // namespace penstock

#define PENSTOCK_CONCAT_(a, b) a##b
#define PENSTOCK_CONCAT(a, b) PENSTOCK_CONCAT_(a, b)

// PENSTOCK_TRY(expression): returns the error of a Result<void> (or of a Result whose value is not
// wanted) from the enclosing function.
#define PENSTOCK_TRY(expression)                                                         \
    do {                                                                                 \
        auto penstock_try_result = (expression);                                         \
        if (!penstock_try_result) return ::penstock::forward_error(penstock_try_result); \
    } while (false)

// PENSTOCK_ASSIGN(declaration, expression): the value, or returns the error.
#define PENSTOCK_ASSIGN(declaration, expression) \
    PENSTOCK_ASSIGN_(PENSTOCK_CONCAT(penstock_result_, __LINE__), declaration, expression)
#define PENSTOCK_ASSIGN_(name, declaration, expression) \
    auto name = (expression);                           \
    if (!name) return ::penstock::forward_error(name);  \
    declaration = std::move(*name)
