using System.Text.RegularExpressions;
using LlmSpell.Cli.Configuration.Settings;

namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>Words a mistake of syntax by looking at its line: the parser speaks of tokens, people of quotes and brackets.</summary>
internal static partial class SyntaxMistake
{
    /// <param name="line">The whole line.</param>
    /// <param name="parserMessage">What it says; used where the line says nothing better.</param>
    public static (string Message, string? Hint) Explain(string line, string parserMessage)
    {
        string text = line.Trim();
        if (parserMessage.Contains("newline in a string", StringComparison.Ordinal))
        {
            return ("the text has no closing quote", "Close it with the quote that it begins with, in the same line.");
        }

        if (parserMessage.Contains("escape", StringComparison.Ordinal))
        {
            return (@"\ begins an escape in a text between double quotes", @"Write \\, or put the text between single quotes, where \ is only \.");
        }

        if (AlreadyDefined().Match(parserMessage) is { Success: true } twice)
        {
            return ($"{twice.Groups["key"].Value} stands in line {twice.Groups["line"].Value} already, as something else", "Keep one of the two.");
        }

        if (text.StartsWith('['))
        {
            return ExplainSection(text, Cleaned(parserMessage));
        }

        Match assignment = Assignment().Match(line);
        return assignment.Success
            ? ExplainValue(assignment.Groups["key"].Value, assignment.Groups["value"].Value, Cleaned(parserMessage))
            : ExplainKey(text, Cleaned(parserMessage));
    }

    private static (string, string?) ExplainSection(string text, string otherwise)
    {
        Match section = Section().Match(text);
        return !section.Success ? ("the section has no closing ]", $"Write {text}].")
            : section.Groups["rest"].Length > 0 ? ("a section stands alone in its line", "Write [section], and its keys in the lines below.")
            : SectionName().IsMatch(section.Groups["name"].Value) ? (otherwise, null)
            : ($"{text} is no section", "Its name is letters a to z, digits, _ and -, with dots between the parts, as in [runtime.state_persistence]; anything else in it stands between quotes.");
    }

    private static (string, string?) ExplainKey(string text, string otherwise)
    {
        Match parts = KeyAndRest().Match(text);
        return parts.Success
            ? ($"a value follows {parts.Groups["key"].Value} without =", $"Write {parts.Groups["key"].Value} = {parts.Groups["rest"].Value}.")
            : BareKey().IsMatch(text) ? ($"{text} has no value", $"Write {text} = and its value.") : (otherwise, "A line is [section], key = value, or # a comment.");
    }

    private static (string, string?) ExplainValue(string key, string value, string otherwise)
    {
        if (value.Length == 0)
        {
            return ($"{key} has no value", $"Write one after =, or remove the key.");
        }

        if (SecondKey().Match(value) is { Success: true } two)
        {
            return ("there are two keys in one line", $"Give {two.Groups["key"].Value} a line of its own.");
        }

        if (value.ToLowerInvariant() is "true" or "yes" or "on")
        {
            return ($"{key} = {value} is no value", $"Write {key} = true.");
        }

        if (value.ToLowerInvariant() is "false" or "no" or "off")
        {
            return ($"{key} = {value} is no value", $"Write {key} = false.");
        }

        string allowed = SettingTable.Advised.FirstOrDefault(setting => setting.Name == key) is { } known ? $" Allowed: {known.Allowed}." : "";
        if (NumberWithUnit().IsMatch(value))
        {
            return ($"{key} = {value}: a number has no unit", $"Write the number alone.{allowed}");
        }

        if (LongNumber().IsMatch(value))
        {
            return ($"{key} = {value} is beyond what a number can be", $"Write one from {long.MinValue} to {long.MaxValue}.{allowed}");
        }

        return value[0] switch
        {
            >= '0' and <= '9' when value.Trim('0').Length < value.Length && value[0] == '0' => ($"{key} = {value}: a number does not begin with 0", $"Write {key} = {value.TrimStart('0').PadLeft(1, '0')}."),
            '"' or '\'' or '[' or '{' or '=' => (otherwise, null),
            _ when PlainText().IsMatch(value) => ($"{key} = {value} is no value", $"Text stands between quotes: {key} = {TomlText.Quote(value)}."),
            _ => (otherwise, null),
        };
    }

    private static string Cleaned(string parserMessage)
    {
        string cleaned = TokenName().Replace(parserMessage, "").Replace("`␤`", "the end of the line", StringComparison.Ordinal);
        return $"not valid TOML: {char.ToLowerInvariant(cleaned[0])}{cleaned[1..]}";
    }

    [GeneratedRegex(@"^The key `(?<key>[^`]+)` is already defined at \((?<line>[0-9]+),")]
    private static partial Regex AlreadyDefined();

    [GeneratedRegex(@"^(?:\[\[(?<name>[^\]]*)\]\]|\[(?!\[)(?<name>[^\]]*)\])\s*(?<rest>[^#\s].*)?(?:#.*)?$")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\s*[A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*\s*$")]
    private static partial Regex SectionName();

    [GeneratedRegex(@"^\s*(?<key>[A-Za-z0-9_.-]+)\s*=\s*(?<value>[^#]*?)\s*(#.*)?$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?<key>[A-Za-z0-9_.-]+)\s*[:\s]\s*(?<rest>[^=]+)$")]
    private static partial Regex KeyAndRest();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+$")]
    private static partial Regex BareKey();

    [GeneratedRegex(@"^[^\[{]*?[,;\s]\s*(?<key>[A-Za-z0-9_-]+)\s*=\s*\S")]
    private static partial Regex SecondKey();

    [GeneratedRegex(@"^[0-9][0-9_.]*\s?[A-Za-z%]+$")]
    private static partial Regex NumberWithUnit();

    // The shortest that does not fit in 64 bits has 19 digits.
    [GeneratedRegex(@"^[+-]?[1-9](_?[0-9]){18,}$")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"^[A-Za-z0-9_./~\\: -]+$")]
    private static partial Regex PlainText();

    [GeneratedRegex(@" \(token: `[^`]*`\)")]
    private static partial Regex TokenName();
}
