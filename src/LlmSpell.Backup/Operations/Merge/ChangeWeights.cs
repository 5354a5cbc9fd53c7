namespace LlmSpell.Backup;

/// <summary>What newer layers have made useless in each other and in the base. Immutable.</summary>
internal sealed record ChangeWeights
{
    /// <summary>All layers as they are: what a restore reads.</summary>
    internal required LayerWeight All { get; init; }

    /// <summary>The records of newer layers that others of them override.</summary>
    internal required LayerWeight Overridden { get; init; }

    /// <summary>The tombstones of newer layers that count: they go when everything is merged.</summary>
    internal required LayerWeight Tombstones { get; init; }

    /// <summary>What of the base is overridden or deleted; where not all blocks were looked into, as those suggest that were.</summary>
    internal required LayerWeight Dead { get; init; }

    /// <summary>The most that <see cref="Dead"/> can be: all blocks of the base that may hold something of it.</summary>
    internal required LayerWeight MostDead { get; init; }

    /// <summary>Of these, the blocks that only their records tell about.</summary>
    internal required LayerWeight Touched { get; init; }

    /// <summary>What would be left if everything were merged.</summary>
    internal LayerWeight LiveWithout(LayerWeight dead) => All - Overridden - Tombstones - dead;
}
