// Secret: a password in memory. It has no operator<<, is zeroed when destroyed, and must be asked
// for by name (reveal), so that it can't slip into a log line or an error text.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::base {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe();
            value_ = other.value_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
        return *this;
    }
    ~Secret() { wipe(); }

    [[nodiscard]] const char* reveal() const { return value_.c_str(); }

private:
    void wipe() {
        explicit_bzero(value_.data(), value_.size());
        value_.clear();
    }
    std::string value_;
};

}  // namespace penstock::base
