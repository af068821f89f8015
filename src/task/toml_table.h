// TomlTable: one table of a task file, read key by key and checked.
//
// Every getter marks its key as known, answers the fallback where the key is missing, and adds a
// Problem (file, line, key, remedy) where its value can't be used; finish() refuses all keys that
// no getter asked for. Only one problem is kept, an unknown key before all others and else the
// first, so that a reader need not check after every key. No message quotes a value that could be a
// secret. One thread; borrows the parsed document.
#pragma once

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "penstock/result.h"
#include "task/suggestion.h"

namespace penstock::task {

template <class T>
using Choices = std::vector<std::pair<std::string_view, T>>;

class Problems {
public:
    explicit Problems(std::filesystem::path file) : file_(std::move(file)) {}

    void add(ErrorCode code, const toml::source_region& where, std::string_view text,
             std::string remedy);
    void add(Error error);
    [[nodiscard]] const std::optional<Error>& first() const { return first_; }

private:
    std::filesystem::path file_;
    std::optional<Error> first_;
};

class TomlTable {
public:
    TomlTable(const toml::table* table, std::string path, Problems& problems)
        : table_(table), path_(std::move(path)), problems_(problems) {}

    [[nodiscard]] bool has(std::string_view key) const {
        return table_ != nullptr && table_->contains(key);
    }
    [[nodiscard]] std::string text(std::string_view key, std::string fallback = {});
    [[nodiscard]] std::string required_text(std::string_view key, std::string_view example);
    [[nodiscard]] bool boolean(std::string_view key, bool fallback);
    [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t fallback,
                                       std::uint64_t low, std::uint64_t high);
    [[nodiscard]] std::uint64_t size_bytes(std::string_view key, std::uint64_t fallback,
                                           std::uint64_t low, std::uint64_t high);
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view key,
                                                     std::chrono::milliseconds fallback,
                                                     std::chrono::seconds high);
    // Texts without duplicates; empty where the key is missing.
    [[nodiscard]] std::vector<std::string> list(std::string_view key, std::string_view example);
    // The table under `key`; one without content where the key is missing.
    [[nodiscard]] TomlTable table(std::string_view key);

    template <class T>
    [[nodiscard]] T choice(std::string_view key, T fallback, const Choices<T>& choices) {
        const bool given = has(key);
        const std::string value = text(key);
        if (!given) return fallback;
        std::vector<std::string_view> words;
        for (const auto& [word, meaning] : choices) {
            if (word == value) return meaning;
            words.push_back(word);
        }
        refuse_choice(key, value, words);
        return fallback;
    }

    void finish();

    // Problems found by the caller, at the line of `key` or, without it, of the table.
    void refuse(std::string_view key, std::string_view why, std::string remedy);
    void refuse_choice(std::string_view key, std::string_view value,
                       const std::vector<std::string_view>& words);
    void contradict(std::string_view key, std::string_view text, std::string remedy);
    void require(std::string_view key, std::string_view example);
    [[nodiscard]] Problems& problems() { return problems_; }

private:
    const toml::node* take(std::string_view key);
    // A text to be parsed as a quantity; nullopt when missing or not a text.
    [[nodiscard]] std::optional<std::string> quantity(std::string_view key,
                                                      std::string_view expected);
    void wrong_type(std::string_view key, std::string_view expected);
    [[nodiscard]] toml::source_region where(std::string_view key) const;
    [[nodiscard]] std::string full_name(std::string_view key) const;
    [[nodiscard]] std::string in_table() const;

    const toml::table* table_;
    std::string path_;
    Problems& problems_;
    std::vector<std::string_view> known_;  // string literals of the caller
};

}  // namespace penstock::task
