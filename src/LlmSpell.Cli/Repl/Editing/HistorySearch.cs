using System.Globalization;
using LlmSpell.Cli.Repl.History;

namespace LlmSpell.Cli.Repl.Editing;

/// <summary>Ctrl-R: the newest input that contains what is typed, and older ones.</summary>
/// <param name="history">Where to look.</param>
/// <param name="text">What stood in the editor; it comes back if the search is given up.</param>
/// <param name="cursor">Where the cursor stood in it.</param>
internal sealed class HistorySearch(HistoryList history, string text, int cursor)
{
    private string _query = "";
    private int _place = history.Count;
    private bool _isFound = true;

    public (string Text, int Cursor) Original => (text, cursor);

    /// <summary>The input that was found, or what stood in the editor before one was.</summary>
    public string Match => _place < history.Count ? history[_place] : text;

    /// <summary>Where in it the query stands.</summary>
    public int Cursor => _query.Length > 0 && Match.IndexOf(_query, StringComparison.OrdinalIgnoreCase) is >= 0 and var index ? index : Match.Length;

    public EditView View => new($"({(_isFound ? "search" : "not found")}: {_query.ReplaceLineEndings(" ")}) ", "", Match, Cursor);

    public void Type(string more)
    {
        _query += more;
        Find(Math.Min(_place, history.Count - 1));
    }

    public void Erase()
    {
        if (_query.Length > 0)
        {
            int[] characters = StringInfo.ParseCombiningCharacters(_query);
            _query = _query[..characters[^1]];
            _place = history.Count;
            Find(history.Count - 1);
        }
    }

    public void Older() => Find(_place - 1);

    private void Find(int from)
    {
        _isFound = true;
        for (int place = from; place >= 0 && _query.Length > 0; place--)
        {
            if (history[place].Contains(_query, StringComparison.OrdinalIgnoreCase))
            {
                _place = place;
                return;
            }
        }

        _isFound = _query.Length == 0;
    }
}
