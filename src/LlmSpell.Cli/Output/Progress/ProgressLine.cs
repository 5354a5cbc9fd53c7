using System.Globalization;

namespace LlmSpell.Cli.Output.Progress;

/// <summary>Draws a moment of progress as one line that fits the terminal: what matters least goes first where it is narrow.</summary>
/// <param name="hasColors">Whether the bar may have a colour.</param>
/// <param name="hasUnicode">Whether the bar may be drawn with more than ASCII.</param>
internal sealed class ProgressLine(bool hasColors, bool hasUnicode)
{
    private const int LongestBar = 30;
    private const int ShortestBar = 8;
    private const double FramesPerSecond = 10;

    private readonly string _frames = hasUnicode ? "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" : @"|/-\";

    /// <param name="state">What to draw.</param>
    /// <param name="width">Columns of the terminal.</param>
    public string Format(ProgressState state, int width)
    {
        // The last column stays free: some terminals go to the next line when it is written.
        int room = Math.Max(0, width - 1);
        string label = SafeText.OneLine(state.Label);
        string[] details = Details(state);
        for (int count = details.Length; count >= 0; count--)
        {
            string tail = string.Concat(details.Take(count).Select(detail => $"  {detail}"));
            int taken = SafeText.Width(label) + SafeText.Width(tail) + 2;
            if (state.Fraction is not { } fraction)
            {
                if (taken <= room)
                {
                    return $"{Colored(Frame(state.Elapsed))} {label}{tail}";
                }
            }
            else if (room - taken - 5 >= ShortestBar)
            {
                string percent = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(fraction * 100),4:F0}%");
                return $"{label}  {Bar(fraction, Math.Min(LongestBar, room - taken - percent.Length))}{percent}{tail}";
            }
        }

        return SafeText.Shorten(label, room);
    }

    // The most telling first.
    private static string[] Details(ProgressState state)
    {
        string elapsed = Quantities.Coarse(state.Elapsed);
        if (state.Unit == ProgressUnit.None)
        {
            return [elapsed];
        }

        string rate = state.Unit == ProgressUnit.Bytes ? $"{Quantities.Size((long)state.Rate)}/s" : $"{Quantities.Count((long)state.Rate)}/s";
        return state.Left is { } left
            ? [Counted(state), $"{Quantities.Coarse(left)} left", rate]
            : [Counted(state), elapsed, rate];
    }

    private static string Counted(ProgressState state)
    {
        bool isBytes = state.Unit == ProgressUnit.Bytes;
        string done = isBytes ? Quantities.Size(state.Done) : Quantities.Count(state.Done);
        string counted = state.Total is { } total ? $"{done} of {(isBytes ? Quantities.Size(total) : Quantities.Count(total))}" : done;
        return isBytes ? counted : $"{counted} {((state.Total ?? state.Done) == 1 ? "entry" : "entries")}";
    }

    private string Frame(TimeSpan elapsed) =>
        _frames[(int)((long)(elapsed.TotalSeconds * FramesPerSecond) % _frames.Length)].ToString();

    private string Bar(double fraction, int length)
    {
        int inner = hasUnicode ? length : length - 2;
        int full = (int)(fraction * inner);
        return hasUnicode
            ? $"{Colored(new string('━', full))}{new string('─', inner - full)}"
            : $"[{Colored(new string('#', full))}{new string('.', inner - full)}]";
    }

    private string Colored(string text) => hasColors && text.Length > 0 ? $"\e[36m{text}\e[0m" : text;
}
