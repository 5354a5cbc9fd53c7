using System.Globalization;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>
/// Entries like those of real scripts: profiles, settings, turns of a conversation, about 250 bytes each, in eight scopes, and
/// about as compressible. The same number always gives the same entry.
/// </summary>
internal static class ReferenceData
{
    private static readonly string[] Scopes =
    [
        "global", "system", "agent:planner", "agent:writer", "session:2026-11-22", "tool:search", "user:42", "workflow:nightly",
    ];

    private static readonly string[] Words =
    [
        "state", "backup", "restore", "agent", "planner", "writer", "review", "summary", "the", "of", "and", "a", "to", "result",
        "question", "answer", "customer", "invoice", "payment", "request", "response", "timeout", "retry", "search", "document",
        "meeting", "project", "deadline", "version", "release",
    ];

    private static readonly string[] Languages = ["en", "de", "fr", "ja", "pt"];
    private static readonly string[] Themes = ["dark", "light"];

    internal static StateKey Key(int number) =>
        (Scopes[number % Scopes.Length], string.Create(CultureInfo.InvariantCulture, $"entry:{number / Scopes.Length:d8}"));

    /// <param name="number">Which entry.</param>
    /// <param name="revision">How often it was changed.</param>
    internal static StateValue Value(int number, int revision = 0)
    {
        Random random = new((number * 31) + revision);
        return StateValue.Map(new Dictionary<string, StateValue>
        {
            ["name"] = Words[random.Next(Words.Length)] + " " + Words[random.Next(Words.Length)] + " " + number.ToString(CultureInfo.InvariantCulture),
            ["language"] = Languages[random.Next(Languages.Length)],
            ["theme"] = Themes[random.Next(Themes.Length)],
            ["notifications"] = random.Next(2) == 0,
            ["score"] = random.NextDouble(),
            ["visits"] = random.Next(100_000),
            ["revision"] = revision,
            ["text"] = string.Join(' ', Enumerable.Range(0, 14 + random.Next(10)).Select(_ => Words[random.Next(Words.Length)])),
        });
    }
}
