using LlmSpell.Cli.Repl.History;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>Goes up and down through the inputs that start as the text did when the going began.</summary>
internal sealed class HistoryBrowser(HistoryList history)
{
    private string _draft = "";
    private int _place;
    private string? _shown;

    /// <summary>Whether the text is an input of the history, untouched.</summary>
    public bool IsBrowsing(string text) => _shown == text;

    /// <summary>The next older input that fits, or null.</summary>
    public string? Older(string text)
    {
        if (!IsBrowsing(text))
        {
            (_draft, _place) = (text, history.Count);
        }

        for (int place = _place - 1; place >= 0; place--)
        {
            if (Fits(place, text))
            {
                _place = place;
                return _shown = history[place];
            }
        }

        return null;
    }

    /// <summary>The next newer input that fits, at last the text that the going began with; null where that stands already.</summary>
    public string? Newer(string text)
    {
        if (!IsBrowsing(text))
        {
            return null;
        }

        for (int place = _place + 1; place < history.Count; place++)
        {
            if (Fits(place, text))
            {
                _place = place;
                return _shown = history[place];
            }
        }

        _shown = null;
        return _draft;
    }

    private bool Fits(int place, string text) =>
        history[place].StartsWith(_draft, StringComparison.Ordinal) && history[place] != text && history[place] != _draft;
}
