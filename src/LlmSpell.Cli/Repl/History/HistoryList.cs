namespace LlmSpell.Cli.Repl.History;

/// <summary>The inputs so far, oldest first, each once: one that comes again moves to the end.</summary>
internal sealed class HistoryList
{
    public const int MaxEntries = 1000;

    private readonly List<string> _entries = [];

    public int Count => _entries.Count;

    public string this[int index] => _entries[index];

    public void Add(string entry)
    {
        // By search: a thousand short texts, once for each input.
        _entries.Remove(entry);
        _entries.Add(entry);
        if (_entries.Count > MaxEntries)
        {
            _entries.RemoveAt(0);
        }
    }
}
