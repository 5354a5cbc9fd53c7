using System.Text;

namespace LlmSpell.Cli.Output.Progress;

/// <summary>The one line of a terminal that a progress bar is drawn on. Thread-safe.</summary>
/// <param name="error">Standard error.</param>
/// <param name="line">How a bar looks.</param>
/// <param name="width">Asks for the columns, which change with the window.</param>
internal sealed class ProgressTerminal(Stream error, ProgressLine line, Func<int?> width)
{
    private const int UsualWidth = 80;
    private const string Erase = "\r\e[K";

    private readonly Lock _lock = new();
    private ProgressBar? _drawn;
    private ProgressBar? _removed;

    /// <summary>Writes something else in the place of the bar, which comes back by itself below.</summary>
    public void WriteInPlace(Action write)
    {
        lock (_lock)
        {
            Clear();
            write();
        }
    }

    /// <summary>Called by timers: never throws, and skips a drawing rather than wait for a slow terminal.</summary>
    public void Draw(ProgressBar bar)
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            // A timer may call once more behind the bar's end.
            if (_removed != bar)
            {
                Write(Erase + line.Format(bar.State, width() ?? UsualWidth));
                _drawn = bar;
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    public void Remove(ProgressBar bar)
    {
        lock (_lock)
        {
            _removed = bar;
            if (_drawn == bar)
            {
                Clear();
            }
        }
    }

    private void Clear()
    {
        if (_drawn is not null)
        {
            _drawn = null;
            Write(Erase);
        }
    }

    // A terminal that has gone needs no bar; and what the bar was for goes on, or is done already.
    private void Write(string text)
    {
        try
        {
            error.Write(Encoding.UTF8.GetBytes(text));
            error.Flush();
        }
        catch (IOException)
        {
        }
    }
}
