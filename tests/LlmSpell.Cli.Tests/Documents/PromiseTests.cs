using System.Text.RegularExpressions;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Documents;

/// <summary>The table of promises in the handbook names only tests that there are, and each promise has one.</summary>
public sealed partial class PromiseTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "operations.md"));

    private static readonly Lazy<string[]> Sources = new(static () =>
    [
        .. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ]);

    public static TheoryData<string> Tests => [.. Promises().SelectMany(static row => Names().Matches(row).Select(static name => name.Value)).Distinct()];

    [Theory]
    [MemberData(nameof(Tests))]
    public void A_test_that_the_table_of_promises_names_is_there(string name)
    {
        string[] parts = name.Split('.');
        Regex test = new($@"\[(?:Fact|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n)*\s*public (?:async )?\w+ {parts[1]}\(");
        Assert.Contains(Sources.Value, source => source.Contains($"class {parts[0]}", StringComparison.Ordinal) && test.IsMatch(source));
    }

    [Fact]
    public void Every_promise_names_a_test()
    {
        string[] promises = [.. Promises()];
        Assert.InRange(promises.Length, 30, 100);
        Assert.All(promises, static row => Assert.Matches(Names(), row));
    }

    private static IEnumerable<string> Promises()
    {
        int start = Page.IndexOf("<!-- promises:", StringComparison.Ordinal);
        int end = Page.IndexOf("<!-- end of promises -->", StringComparison.Ordinal);
        Assert.InRange(start, 0, end);
        return Page[start..end].Split('\n').Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2);
    }

    [GeneratedRegex(@"(?<=`)\w+\.\w+(?=`)")]
    private static partial Regex Names();
}
