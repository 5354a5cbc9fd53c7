using System.Text;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Repl.Completion;

/// <summary>Lays candidates out in columns, to be read downwards as <c>ls</c> does it.</summary>
internal static class CandidateColumns
{
    private const int Gap = 2;

    public static IReadOnlyList<string> Lines(Completion completion, int width)
    {
        string[] names = [.. completion.Candidates.Select(candidate => SafeText.OneLine(candidate.Text))];
        int column = names.Max(SafeText.Width) + Gap;
        int columns = Math.Max(1, (width + Gap - 1) / column);
        int rows = (names.Length + columns - 1) / columns;
        List<string> lines = [];
        for (int row = 0; row < rows; row++)
        {
            var line = new StringBuilder();
            for (int index = row; index < names.Length; index += rows)
            {
                line.Append(names[index]).Append(' ', column - SafeText.Width(names[index]));
            }

            lines.Add(line.ToString().TrimEnd());
        }

        if (completion.HasMore)
        {
            lines.Add("… and more");
        }

        return lines;
    }
}
