using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>When, where and how a command of the benchmarks ran.</summary>
internal sealed record RunInfo(string Date, string Command, Machine Machine, IReadOnlyList<string> Versions)
{
    internal static RunInfo Of(string command, IReadOnlyList<string> arguments, string folder, IEnumerable<string> versions) => new(
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // A path says nothing to a reader, the name of the file does.
        string.Join(' ', [
            "dotnet run -c Release --project bench/LlmSpell.Bench --", command,
            .. arguments.Select(static word => word.Contains('/', StringComparison.Ordinal) ? Path.GetFileName(word.TrimEnd('/')) : word)]),
        Machine.Read(folder),
        [.. versions.Distinct()]);

    internal string ToMarkdown() =>
        $"""
        {Date}; {Machine}. {string.Join("; ", Versions)}.

        ```sh
        {Command}
        ```
        """;
}
