using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The layers that a create has written and no manifest names. Disposing it deletes those that were not kept.</summary>
internal sealed class UnpublishedLayers(IRepositoryStorage storage) : IAsyncDisposable
{
    private readonly List<ManifestLayer> _layers = [];

    internal void Add(ManifestLayer? layer)
    {
        if (layer is not null)
        {
            _layers.Add(layer);
        }
    }

    /// <summary>Leaves alone what a manifest names, or may name.</summary>
    internal void Keep(IReadOnlyList<ManifestLayer> layers) => _layers.RemoveAll(layers.Contains);

    internal async Task DiscardAsync()
    {
        string[] files = [.. RepositoryPaths.LayerFiles(_layers)];
        _layers.Clear();
        if (files.Length == 0)
        {
            return;
        }

        try
        {
            await storage.DeleteAsync(files, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StateException)
        {
            // What led here is worth more than this; no manifest names the files, so the next sweep removes them.
        }
    }

    public async ValueTask DisposeAsync() => await DiscardAsync().ConfigureAwait(false);
}
