using System.Text;

namespace LlmSpell.Cli.Output;

internal static class WordWrap
{
    /// <summary>Breaks a paragraph at blanks into lines; a word that is longer than a line has one for itself.</summary>
    /// <param name="text">At least a word.</param>
    /// <param name="width">Columns.</param>
    public static IEnumerable<string> Lines(string text, int width)
    {
        var line = new StringBuilder();
        int taken = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int columns = SafeText.Width(word);
            if (line.Length > 0 && taken + 1 + columns > width)
            {
                yield return line.ToString();
                line.Clear();
                taken = 0;
            }

            if (line.Length > 0)
            {
                line.Append(' ');
                taken++;
            }

            line.Append(word);
            taken += columns;
        }

        yield return line.ToString();
    }
}
