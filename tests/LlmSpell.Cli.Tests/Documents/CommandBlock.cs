using System.Text.RegularExpressions;

namespace LlmSpell.Cli.Tests.Documents;

/// <summary>
/// A block of commands (<c>sh</c>) in a page. Comments right above it may say <c>not run: REASON</c>; <c>before: COMMANDS</c>, which prepare what
/// the text tells of; <c>expect: TEXT | TEXT</c>, what the output then has, in this order. <c>cd</c> lasts to the end of its block.
/// </summary>
internal sealed partial record CommandBlock(int Line, string Commands, string? NotRunBecause, string Before, IReadOnlyList<string> Expected)
{
    public static IReadOnlyList<CommandBlock> In(string page) => [.. Blocks().Matches(page).Select(match => From(page, match))];

    private static CommandBlock From(string page, Match match)
    {
        Dictionary<string, string> marks = Marks().Matches(match.Groups["marks"].Value)
            .ToDictionary(mark => mark.Groups["name"].Value, mark => mark.Groups["text"].Value, StringComparer.Ordinal);
        return new CommandBlock(
            page.AsSpan(0, match.Groups["commands"].Index).Count('\n') + 1,
            match.Groups["commands"].Value,
            marks.GetValueOrDefault("not run"),
            marks.GetValueOrDefault("before", ""),
            marks.GetValueOrDefault("expect")?.Split(" | ") ?? []);
    }

    [GeneratedRegex("^(?<marks>(?:<!-- (?:not run|before|expect): [^\n]+ -->\n)*)```(?:sh|console|bash|shell)\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("^<!-- (?<name>not run|before|expect): (?<text>[^\n]+) -->$", RegexOptions.Multiline)]
    private static partial Regex Marks();
}
