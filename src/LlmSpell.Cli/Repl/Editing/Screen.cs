using System.Globalization;
using System.Text;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>
/// Keeps a view on a terminal: says what to send so that the rows below the place where it began show it. The terminal may do
/// anything above. Long text shows the rows around the cursor.
/// </summary>
internal sealed class Screen
{
    private int[] _drawnWidths = [];
    private int _cursorRow;

    /// <summary>Draws the view in the place of what was drawn before.</summary>
    /// <param name="view">What to show.</param>
    /// <param name="width">The terminal's columns.</param>
    /// <param name="height">The terminal's rows.</param>
    public string Draw(EditView view, int width, int height)
    {
        var layout = new ScreenLayout(view, width);
        int count = Math.Min(layout.Rows.Count, Math.Max(height, 1));
        int first = Math.Clamp(layout.CursorRow - count + 1, 0, layout.Rows.Count - count);
        string[] rows = [.. layout.Rows.Skip(first).Take(count)];
        StringBuilder text = Erase(width).Append(string.Join("\r\n", rows));
        int row = layout.CursorRow - first;
        Move(text, rows.Length - 1 - row, 'A');
        text.Append('\r');
        Move(text, layout.CursorColumn, 'C');
        _drawnWidths = [.. rows.Select(Output.SafeText.Width)];
        _cursorRow = row;
        return text.ToString();
    }

    /// <summary>Writes lines where the view stands; the view is to be drawn again below them.</summary>
    public string WriteAbove(IEnumerable<string> lines, int width)
    {
        StringBuilder text = Erase(width);
        foreach (string line in lines)
        {
            text.Append(line).Append("\r\n");
        }

        Forget();
        return text.ToString();
    }

    /// <summary>Leaves the view as it stands, and goes to the line below it.</summary>
    public string Finish()
    {
        var text = new StringBuilder();
        Move(text, _drawnWidths.Length - 1 - _cursorRow, 'B');
        Forget();
        return text.Append("\r\n").ToString();
    }

    /// <summary>Clears the whole screen; the view is to be drawn again at its top.</summary>
    public string Clear()
    {
        Forget();
        return "\e[H\e[2J";
    }

    private void Forget()
    {
        _drawnWidths = [];
        _cursorRow = 0;
    }

    private StringBuilder Erase(int width)
    {
        // A terminal that became narrower has wrapped what was drawn.
        int above = _drawnWidths.Take(_cursorRow).Sum(drawn => Math.Max(1, (drawn + width - 1) / Math.Max(width, 1)));
        var text = new StringBuilder();
        Move(text, above, 'A');
        return text.Append("\r\e[J");
    }

    private static void Move(StringBuilder text, int count, char direction)
    {
        if (count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\e[{count}{direction}");
        }
    }
}
