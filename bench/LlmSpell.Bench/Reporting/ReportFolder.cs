using System.Text;

namespace LlmSpell.Bench;

/// <summary>
/// Where results are written: <c>benchmarks.md</c>, one section of it a command, and files beside it. It is <c>docs</c> of the source
/// tree that the command runs in, unless another is given.
/// </summary>
internal sealed class ReportFolder(string folder)
{
    private const string Page = "benchmarks.md";

    /// <summary>The given folder, or <c>docs</c> of the source tree.</summary>
    /// <exception cref="ToolException">None is given, and this is no source tree.</exception>
    internal static ReportFolder Open(string? given) => new(given ?? FindDocuments()
        ?? throw new ToolException("There is no LlmSpell.slnx here or above: run it in the source tree, or say --output FOLDER."));

    internal string PagePath => Path.Combine(folder, Page);

    /// <summary>Replaces one section of the page: what stands between its two markers.</summary>
    internal void WriteSection(string name, string markdown)
    {
        Directory.CreateDirectory(folder);
        string begin = $"<!-- {name}: written by the command of that name -->";
        string end = $"<!-- end of {name} -->";
        string page = File.Exists(PagePath) ? File.ReadAllText(PagePath) : "# Benchmarks\n";
        string section = $"{begin}\n\n{markdown.Trim()}\n\n{end}";
        int from = page.IndexOf(begin, StringComparison.Ordinal);
        int to = page.IndexOf(end, StringComparison.Ordinal);
        page = from >= 0 && to > from ? page[..from] + section + page[(to + end.Length)..] : page.TrimEnd() + "\n\n" + section + "\n";
        File.WriteAllText(PagePath, page);
        Progress.Say($"wrote {PagePath}");
    }

    /// <summary>Writes a file beside the page; returns the link to it.</summary>
    internal string WriteFile(string name, string text)
    {
        string subfolder = Path.Combine(folder, "benchmarks");
        Directory.CreateDirectory(subfolder);
        File.WriteAllText(Path.Combine(subfolder, name), text.TrimEnd() + "\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return "benchmarks/" + name;
    }

    private static string? FindDocuments()
    {
        string? tree = Directory.GetCurrentDirectory();
        while (tree is not null && !File.Exists(Path.Combine(tree, "LlmSpell.slnx")))
        {
            tree = Path.GetDirectoryName(tree);
        }

        return tree is null ? null : Path.Combine(tree, "docs");
    }
}
