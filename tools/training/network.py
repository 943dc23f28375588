"""The translation network: a small pre-norm Transformer, and its way into CTranslate2's format.

One encoder for all languages; the decoder is told the target language by its first piece. The
input embedding is the output layer too. It must never read a file or know a language.
"""

import math
from pathlib import Path
from typing import NamedTuple

import ctranslate2
import numpy
import torch
from ctranslate2.specs.common_spec import Activation
from torch import Tensor, nn
from torch.nn import functional as f

LONGEST = 512  # positions in a package; the engine asks for up to 400 pieces and their ends
NEVER = -100.0  # added to the score of a piece that must not come out


class Shape(NamedTuple):
    """How large the network is."""

    pieces: int
    width: int = 128
    inner: int = 512
    heads: int = 4
    encoders: int = 2
    decoders: int = 1
    longest: int = 160
    dropout: float = 0.1  # while it learns


def positions(longest: int, width: int) -> Tensor:
    """Sines and cosines, one row a position."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angles = torch.arange(longest)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Linear(nn.Linear):
    """Kept exact, computed in the precision of what comes in."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__(into, out, bias=False)
        nn.init.normal_(self.weight, std=into**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        return f.linear(x, self.weight.to(x.dtype))


class Norm(nn.LayerNorm):
    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
        return f.layer_norm(x, self.normalized_shape, weight, bias, self.eps)


class Attention(nn.Module):
    """Of `x` to `memory`, or to itself when there is none."""

    def __init__(self, shape: Shape, *, crossed: bool) -> None:
        super().__init__()
        self.norm = Norm(shape.width)
        self.heads, self.crossed = shape.heads, crossed
        self.dropout = nn.Dropout(shape.dropout)
        self.query = Linear(shape.width, shape.width)
        self.pair = Linear(shape.width, 2 * shape.width)
        self.out = Linear(shape.width, shape.width)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, *, memory: Tensor | None = None, seen: Tensor) -> Tensor:
        inner = self.norm(x)
        key, value = self.pair(inner if memory is None else memory).chunk(2, dim=-1)
        query, key, value = map(self._split, (self.query(inner), key, value))
        # By hand: for sentences this short, torch's own on a processor takes several times as long.
        scores = query @ key.transpose(-2, -1) * query.shape[-1] ** -0.5
        mixed = scores.masked_fill(~seen, float("-inf")).softmax(dim=-1) @ value
        mixed = mixed.transpose(1, 2).flatten(2)
        return x + self.dropout(self.out(mixed))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class Inner(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = Norm(shape.width)
        self.up = Linear(shape.width, shape.inner)
        self.down = Linear(shape.inner, shape.width)
        self.dropout = nn.Dropout(shape.dropout)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:
        hidden = f.relu(self.up(self.norm(x)))
        return x + self.dropout(self.down(hidden))


class Layer(nn.Module):
    def __init__(self, shape: Shape, *, crossed: bool) -> None:
        super().__init__()
        self.own = Attention(shape, crossed=False)
        self.cross = Attention(shape, crossed=True) if crossed else None
        self.inner = Inner(shape)


class Network(nn.Module):
    """Source pieces in, one row of scores a target piece out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.pieces, shape.width)
        nn.init.normal_(self.embedding.weight, std=shape.width**-0.5)
        self.encoders = nn.ModuleList(Layer(shape, crossed=False) for _ in range(shape.encoders))
        self.decoders = nn.ModuleList(Layer(shape, crossed=True) for _ in range(shape.decoders))
        self.dropout = nn.Dropout(shape.dropout)
        self.encoded, self.decoded = Norm(shape.width), Norm(shape.width)
        # Else the shared embedding makes each piece foretell itself, very surely, at the start.
        nn.init.constant_(self.decoded.weight, 0.25)
        self.register_buffer("places", positions(shape.longest, shape.width), persistent=False)

    def embed(self, ids: Tensor) -> Tensor:
        x = f.embedding(ids, self.embedding.weight) * math.sqrt(self.shape.width)
        return self.dropout((x + self.places[: ids.shape[1]]).bfloat16())

    def encode(self, ids: Tensor, seen: Tensor) -> Tensor:
        x = self.embed(ids)
        for layer in self.encoders:
            x = layer.inner(layer.own(x, seen=seen))
        return self.encoded(x)

    def decode(self, ids: Tensor, memory: Tensor, seen: Tensor) -> Tensor:
        x = self.embed(ids)
        before = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
        for layer in self.decoders:
            x = layer.inner(layer.cross(layer.own(x, seen=before), memory=memory, seen=seen))
        return self.decoded(x)

    def score(self, x: Tensor, ids: Tensor) -> Tensor:
        """Of the pieces `ids` only."""
        return f.linear(x, self.embedding.weight[ids].to(x.dtype))


def save(network: Network, pieces: list[str], *, allowed: Tensor, to: Path) -> None:
    """Write an int8 CTranslate2 model into the new folder `to`. It says only `allowed` pieces."""
    shape = network.shape
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (shape.encoders, shape.decoders), shape.heads, pre_norm=True, activation=Activation.RELU
    )
    spec.config.add_source_eos = True
    spec.config.decoder_start_token = "</s>"
    spec.config.eos_token, spec.config.unk_token = "</s>", "<unk>"
    for side, norm, layers in (
        (spec.encoder, network.encoded, network.encoders),
        (spec.decoder, network.decoded, network.decoders),
    ):
        _fill_side(side, network, norm=norm, layers=layers)
    spec.decoder.projection.weight = _array(network.embedding.weight)
    never = torch.full((len(pieces),), NEVER).index_fill(0, allowed, 0.0)
    spec.decoder.projection.bias = _array(never)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization="int8")
    to.mkdir()
    spec.save(str(to))


def _fill_side(side, network: Network, *, norm: Norm, layers: nn.ModuleList) -> None:
    embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
    embeddings.weight = _array(network.embedding.weight)
    side.scale_embeddings = True
    side.position_encodings.encodings = _array(positions(LONGEST, network.shape.width))
    _fill_norm(side.layer_norm, norm)
    for spec, layer in zip(side.layer, layers, strict=True):
        _fill_attention(spec.self_attention, layer.own)
        if layer.cross is not None:
            _fill_attention(spec.attention, layer.cross)
        _fill_norm(spec.ffn.layer_norm, layer.inner.norm)
        spec.ffn.linear_0.weight = _array(layer.inner.up.weight)
        spec.ffn.linear_1.weight = _array(layer.inner.down.weight)


def _fill_attention(spec, attention: Attention) -> None:
    _fill_norm(spec.layer_norm, attention.norm)
    query, pair = _array(attention.query.weight), _array(attention.pair.weight)
    if attention.crossed:
        spec.linear[0].weight, spec.linear[1].weight = query, pair
    else:
        spec.linear[0].weight = numpy.concatenate([query, pair])
    spec.linear[-1].weight = _array(attention.out.weight)


def _fill_norm(spec, norm: Norm) -> None:
    spec.gamma, spec.beta = _array(norm.weight), _array(norm.bias)


def _array(values: Tensor) -> numpy.ndarray:
    return values.detach().float().numpy().copy()  # the converter writes into what it is given
